/* A streaming Video4Linux driver, played below libc for every node with a FILE.film beside it: "key value" lines.

   open, querycap, reqbufs, g_fmt, s_fmt, g_parm, s_parm, querybuf, qbuf, streamon   the errno of that call
   hang N          the call of that ioctl number never returns (0: open)
   rate N          pictures a second, real;  promise N   as told;  first N   ms before the first picture
   drop N          of N pictures in a row all but one are lost;  damage N   every Nth is flagged as damaged
   stop N          no picture after N;  die E   the stream fails with that errno then
   light N         brightness of all points (YUYV luma);  still 1   every picture is the same
   most W H        the largest size;  planes 1   the multi-planar interface;  packed 1   what is called JPEG
   steps 1         sizes and rates are ranges;  length N   bytes of a buffer;  index N   of the buffer that comes back
   reopen E        the errno of open, once it has streamed;  again N   buffers are promised N times that are not there
   FILE.now holds "width height fourcc numerator denominator"; FILE.log gets a line for each call that changes something. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROOM (4 << 20)
static unsigned queued[8], queue_length, made, sequence, damaged;
static double next_picture;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static FILE *beside(const char *path, const char *suffix, const char *mode) {
    char name[4200];
    snprintf(name, sizeof name, "%s.%s", path, suffix);
    return fopen(name, mode);
}

static int is_played(const char *path) {
    FILE *file = beside(path, "film", "re");
    if (file) fclose(file);
    return file != NULL;
}

static long says2(const char *path, const char *key, long otherwise, long *second) {
    char line[200], word[40];
    FILE *file = beside(path, "film", "re");
    while (file && fgets(line, sizeof line, file)) {
        long value, more = 0;
        if (sscanf(line, "%39s %ld %ld", word, &value, &more) >= 2 && !strcmp(word, key)) {
            otherwise = value;
            if (second) *second = more;
        }
    }
    if (file) fclose(file);
    return otherwise;
}

static long says(const char *path, const char *key, long otherwise) { return says2(path, key, otherwise, NULL); }

struct state { unsigned width, height, code, numerator, denominator; };

static struct state state_of(const char *path) {
    struct state state = {640, 480, V4L2_PIX_FMT_YUYV, 1, 15};
    FILE *file = beside(path, "now", "re");
    if (file) {
        if (fscanf(file, "%u %u %u %u %u", &state.width, &state.height, &state.code, &state.numerator, &state.denominator) != 5)
            abort();
        fclose(file);
    }
    return state;
}

static void keep(const char *path, struct state state) {
    FILE *file = beside(path, "now", "we");
    fprintf(file, "%u %u %u %u %u\n", state.width, state.height, state.code, state.numerator, state.denominator);
    fclose(file);
}

static void note(const char *path, const char *what) {
    FILE *file = beside(path, "log", "ae");
    fprintf(file, "%s\n", what);
    fclose(file);
}

static const char *name_of(int fd) {
    static char path[4096];
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    return length > 0 && is_played(path) ? path : NULL;
}

static int fails(const char *path, const char *call) {
    long error = says(path, call, 0);
    if (error) errno = error;
    return error != 0;
}

static int played_open(const char *name, const char *path, int flags, mode_t mode) {
    if (is_played(path)) {
        if (says(path, "hang", -1) == 0) sleep(600);
        if (fails(path, made ? "reopen" : "open")) return -1;
    }
    int (*real)(const char *, int, mode_t) = dlsym(RTLD_NEXT, name);
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest);
    return played_open("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest);
    return played_open("open64", path, flags, mode);
}

static int is_over(const char *path) {
    long stop = says(path, "stop", -1);
    return stop >= 0 && made >= (unsigned)stop;
}

int poll(struct pollfd *fds, nfds_t count, int timeout) {
    int (*real)(struct pollfd *, nfds_t, int) = dlsym(RTLD_NEXT, "poll");
    const char *path = count == 1 ? name_of(fds->fd) : NULL;
    if (!path) return real(fds, count, timeout);
    if (is_over(path) && says(path, "die", 0)) { fds->revents = POLLERR; return 1; }
    double due = is_over(path) ? now() + 1e6 : next_picture, until = now() + timeout / 1e3;
    double wake = due < until ? due : until;
    while (now() < wake) usleep((wake - now()) * 1e6 + 1);
    fds->revents = due <= until ? POLLIN : 0;
    return due <= until;
}

/* The picture is written once for each buffer; then its last points alone change. */
static void fill(int fd, const char *path, unsigned index, unsigned size) {
    static unsigned char picture[ROOM], is_filled[8];
    long light = says(path, "light", -1);
    for (unsigned at = 0; at < size && !is_filled[index]; at += 2) {
        picture[at] = light >= 0 ? light : (at / 2 % 1280) / 5;
        picture[at + 1] = 128;
    }
    off_t place = (off_t)index * ROOM;
    if (!is_filled[index]++ && pwrite(fd, picture, size, place) != (ssize_t)size) abort();
    unsigned char last[2] = {made >> 8, made};
    if (!says(path, "still", 0) && pwrite(fd, last, 2, place + size - 2) != 2) abort();
}

static unsigned size_of(struct state state) { return state.width * state.height * 2; }

static int dequeue(int fd, const char *path, struct v4l2_buffer *buffer) {
    struct state state = state_of(path);
    if (is_over(path) && says(path, "die", 0)) { errno = says(path, "die", 0); return -1; }
    static unsigned early;
    if (early++ < says(path, "again", 0)) { errno = EAGAIN; return -1; }
    if (is_over(path) || now() < next_picture || !queue_length) { errno = EAGAIN; return -1; }
    double rate = says(path, "rate", 30);
    unsigned index = queued[0], size = size_of(state), drop = says(path, "drop", 1), damage = says(path, "damage", 0);
    memmove(queued, queued + 1, --queue_length * sizeof *queued);
    fill(fd, path, index, size);
    buffer->index = says(path, "index", index);
    buffer->sequence = sequence;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | (damage && ++damaged % damage == 0 ? V4L2_BUF_FLAG_ERROR : 0);
    buffer->timestamp.tv_sec = next_picture;
    buffer->timestamp.tv_usec = (next_picture - (long)next_picture) * 1e6;
    if (buffer->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) {
        buffer->length = 1;
        buffer->m.planes[0].bytesused = size;
        buffer->m.planes[0].data_offset = 0;
    } else buffer->bytesused = size;
    made++;
    sequence += drop;
    next_picture += drop / rate;
    return 0;
}

static int played(int fd, const char *path, unsigned request, void *argument) {
    struct state state = state_of(path);
    int planes = says(path, "planes", 0);
    char text[200];
    if (says(path, "hang", -1) == (long)(request & 0xff)) sleep(600);
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *answer = argument;
        memset(answer, 0, sizeof *answer);
        strcpy((char *)answer->driver, "played");
        strcpy((char *)answer->card, "Played Camera");
        strcpy((char *)answer->bus_info, "usb-0000:00:14.0-8");
        answer->device_caps = V4L2_CAP_STREAMING | (planes ? V4L2_CAP_VIDEO_CAPTURE_MPLANE : V4L2_CAP_VIDEO_CAPTURE);
        answer->capabilities = answer->device_caps | V4L2_CAP_DEVICE_CAPS;
        return fails(path, "querycap") ? -1 : 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *answer = argument;
        if (answer->index || says(path, "mute", 0)) { errno = EINVAL; return -1; }
        answer->pixelformat = says(path, "packed", 0) ? V4L2_PIX_FMT_MJPEG : V4L2_PIX_FMT_YUYV;
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *answer = argument;
        long width, height = 720;
        width = says2(path, "most", 1280, &height);
        if (answer->index > 1) { errno = EINVAL; return -1; }
        if (says(path, "steps", 0)) {
            answer->type = V4L2_FRMSIZE_TYPE_STEPWISE;
            answer->stepwise = (struct v4l2_frmsize_stepwise){160, width, 16, 120, height, 8};
            return 0;
        }
        answer->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        answer->discrete.width = answer->index ? 320 : width;
        answer->discrete.height = answer->index ? 240 : height;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *answer = argument;
        if (answer->index > 1) { errno = EINVAL; return -1; }
        if (says(path, "steps", 0)) {
            answer->type = V4L2_FRMIVAL_TYPE_CONTINUOUS;
            answer->stepwise = (struct v4l2_frmival_stepwise){{1, says(path, "promise", 30)}, {1, 1}, {1, 1}};
            return 0;
        }
        answer->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        answer->discrete.numerator = 1;
        answer->discrete.denominator = answer->index ? 15 : says(path, "promise", 30);
        return 0;
    }
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT: {
        struct v4l2_format *format = argument;
        if (fails(path, request == VIDIOC_G_FMT ? "g_fmt" : "s_fmt")) return -1;
        /* both kinds of format begin with width and height */
        if (request == VIDIOC_S_FMT) {
            long most_high = 720, most_wide = says2(path, "most", 1280, &most_high);
            state.width = format->fmt.pix.width < most_wide ? format->fmt.pix.width : most_wide;
            state.height = format->fmt.pix.height < most_high ? format->fmt.pix.height : most_high;
            state.code = format->fmt.pix.pixelformat;
            state.denominator = 15, state.numerator = 1; /* as uvcvideo does: a format has a rate of its own */
            keep(path, state);
            snprintf(text, sizeof text, "S_FMT %ux%u", state.width, state.height);
            note(path, text);
        }
        format->fmt.pix.width = state.width, format->fmt.pix.height = state.height;
        if (planes) {
            format->fmt.pix_mp.pixelformat = state.code;
            format->fmt.pix_mp.num_planes = 1;
            format->fmt.pix_mp.plane_fmt[0].bytesperline = state.width * 2;
            format->fmt.pix_mp.plane_fmt[0].sizeimage = size_of(state);
        } else {
            format->fmt.pix.pixelformat = state.code;
            format->fmt.pix.bytesperline = state.width * 2;
            format->fmt.pix.sizeimage = size_of(state);
        }
        return 0;
    }
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_streamparm *parm = argument;
        if (fails(path, request == VIDIOC_G_PARM ? "g_parm" : "s_parm")) return -1;
        if (request == VIDIOC_S_PARM) {
            state.numerator = 1;
            state.denominator = parm->parm.capture.timeperframe.denominator / parm->parm.capture.timeperframe.numerator;
            if (state.denominator > says(path, "promise", 30)) state.denominator = says(path, "promise", 30);
            keep(path, state);
            snprintf(text, sizeof text, "S_PARM %u/%u", state.numerator, state.denominator);
            note(path, text);
        }
        parm->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
        parm->parm.capture.timeperframe.numerator = state.numerator;
        parm->parm.capture.timeperframe.denominator = state.denominator;
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *answer = argument;
        if (answer->count && fails(path, "reqbufs")) return -1;
        if (answer->count > 4) answer->count = 4;
        queue_length = 0;
        snprintf(text, sizeof text, "REQBUFS %u", answer->count);
        note(path, text);
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        if (fails(path, "querybuf")) return -1;
        if (planes) {
            buffer->length = 1;
            buffer->m.planes[0].length = ROOM;
            buffer->m.planes[0].m.mem_offset = buffer->index * ROOM;
        } else {
            buffer->length = says(path, "length", ROOM);
            buffer->m.offset = buffer->index * ROOM;
        }
        return 0;
    }
    case VIDIOC_QBUF:
        if (fails(path, "qbuf")) return -1;
        queued[queue_length++] = ((struct v4l2_buffer *)argument)->index;
        return 0;
    case VIDIOC_DQBUF:
        return dequeue(fd, path, argument);
    case VIDIOC_STREAMON:
        if (fails(path, "streamon")) return -1;
        made = sequence = damaged = 0;
        next_picture = now() + says(path, "first", 40) / 1e3;
        note(path, "STREAMON");
        return 0;
    case VIDIOC_STREAMOFF:
        note(path, "STREAMOFF");
        return 0;
    }
    errno = ENOTTY;
    return -1;
}

int ioctl(int fd, unsigned long request, ...) {
    va_list rest; va_start(rest, request); void *argument = va_arg(rest, void *); va_end(rest);
    const char *path = name_of(fd);
    if (path) return played(fd, path, request, argument);
    int (*real)(int, unsigned long, void *) = dlsym(RTLD_NEXT, "ioctl");
    return real(fd, request, argument);
}
