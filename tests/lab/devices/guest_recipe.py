"""What the guest is made of: Debian packages, kernel modules, accounts, and how its first ram disk finds the rest."""

from typing import Final

PACKAGES: Final = (
    *("base-files", "base-passwd", "libc-bin", "dash", "bash", "coreutils", "grep", "sed", "util-linux", "procps"),
    *("busybox-static", "kmod", "udev", "acl", "rfkill", "python3", "linux-image-amd64"),
    *("alsa-utils", "libportaudio2", "pulseaudio-utils", "v4l-utils", "dbus", "bluez", "bluez-test-tools"),
)
MODULES: Final = (
    *("virtio_pci", "virtio_blk", "virtio_console", "squashfs", "overlay"),
    *("vivid", "uvcvideo", "snd-aloop", "snd-dummy", "snd-pcsp", "hci_vhci", "btusb", "rfkill", "evdev", "uinput"),
    *("algif_skcipher", "algif_hash", "ecb", "cmac", "aes_generic"),  # what btvirt computes with
)
AT_BOOT: Final = MODULES[:5]
TOOLS: Final = ("mmdebstrap", "mksquashfs", "cpio", "depmod", "modprobe", "ldconfig", "apt-get")
USELESS: Final = (
    *("boot", "dev", "proc", "sys", "var/lib/apt", "var/cache", "lib/modules", "usr/lib/modules"),
    "usr/lib/udev/hwdb.d",
    *("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/X11", "usr/share/sounds", "usr/share/perl"),
    *("usr/share/perl5", "usr/share/info", "usr/share/zoneinfo", "usr/lib/x86_64-linux-gnu/perl"),
    *("usr/lib/x86_64-linux-gnu/perl-base", "usr/lib/x86_64-linux-gnu/gconv", "usr/lib/python3"),
)
GROUPS: Final = "input:x:101:\nsgx:x:102:\nrender:x:103:\nkvm:x:104:\nmessagebus:x:105:\nbluetooth:x:106:\n"
USERS: Final = (("caller", 1000), ("other", 1001))
INIT: Final = """#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in $(cat /modules); do insmod /$module; done
until [ -b /dev/vdc ]; do sleep 0.02; done
mount -t squashfs -o ro /dev/vda /ro; mount -t tmpfs tmpfs /rw; mkdir /rw/upper /rw/work
mount -t overlay -o lowerdir=/ro,upperdir=/rw/upper,workdir=/rw/work overlay /new
mount -t squashfs -o ro /dev/vdb /new/opt/site; mount -t squashfs -o ro /dev/vdc /new/opt/code
for there in dev proc sys; do mount --move /$there /new/$there; done
exec switch_root /new /usr/bin/python3 -I /opt/code/guest_agent.py
"""
