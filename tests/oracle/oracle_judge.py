"""Compares what the SDK told with the table: pure."""

from collections.abc import Iterator, Mapping

from oracle_row import OBSERVED, Event, Row, Seen, Settles, Sign, Way

from hms_doctor.model.json import JsonObject
from hms_doctor.model.observed import AppSees, for_cause, for_code

_OPEN = (Settles.NEVER, Settles.EITHER)
COMPLETED = 6  # hms-video-store: diagnostics/interfaces.ts, ConnectivityState
_SOME = 30  # packets
_ERRORS = (Way.REJECTED, Way.ERROR, Way.RECONNECTING)


def is_sign(event: Event, sign: Sign) -> bool:
    """Whether an event is this sign, whenever it came."""
    named = not sign.name or event.name == sign.name
    return event.kind == sign.way and event.code == sign.code and event.terminal == sign.terminal and named


def complete(row: Row, seen: Seen) -> bool:
    """Whether nothing more has to be waited for."""
    came = all(any(is_sign(event, sign) for event in seen.events) for sign in row.signs)
    settled = row.settles in _OPEN or bool(seen.of(row.settles))
    console = not row.console or any(row.console in event.text for event in seen.of("console"))
    console = console and (not row.reports or bool(seen.of("report")))
    quiet = row.whole or (row.settles is Settles.NEVER and not row.signs)
    return came and settled and console and not quiet


def is_well(row: Row, seen: Seen) -> bool:
    """Whether a row is as the table has it."""
    media = not row.media or flows(seen)
    doctor = not row.doctor or seen.doctor.split()[0] in map(str, row.shows)
    report = not row.reports or seen.report().get("state") == COMPLETED
    return media and doctor and report and not differences(row, seen, "")


def differences(row: Row, seen: Seen, release: str) -> tuple[str, ...]:
    """Say where the SDK did otherwise than the table has it; empty: nowhere."""
    found = (*_missing(row, seen), *_unexpected(row, seen), *_promise(row, seen), *_room(row, seen))
    if not found:
        return ()
    told = f"hms-video-store {release} differs from what {OBSERVED} was observed to do under {row.name!r}:"
    return (told, *(f"  - {one}" for one in found), f"watched for {seen.watched:.1f} s:", seen.timeline())


def _missing(row: Row, seen: Seen) -> Iterator[str]:
    for sign in row.signs:
        came = [event for event in seen.events if is_sign(event, sign)]
        if not came:
            yield f"never came: {sign}"
        elif not any(sign.earliest <= event.at <= sign.latest for event in came):
            yield f"came at {came[0].at:.1f} s: {sign}"
    if row.console and not any(row.console in event.text for event in seen.of("console")):
        yield f"the console never said {row.console!r}"


def _unexpected(row: Row, seen: Seen) -> Iterator[str]:
    for event in seen.of(*_ERRORS):
        expected = any(is_sign(event, sign) for sign in row.signs)
        if not expected and (Way(event.kind), event.code) not in row.besides:
            yield f"not expected: {str(event).strip()}"


def _promise(row: Row, seen: Seen) -> Iterator[str]:
    settled = seen.of(Settles.RESOLVES, Settles.REJECTS)
    verb = f"{row.act}()"
    match row.settles:
        case Settles.EITHER:
            if seen.of(Settles.REJECTS):
                yield f"{verb} was seen to be {row.settles}, and was rejected after {settled[0].at:.1f} s"
        case Settles.NEVER:
            if settled:
                yield f"{verb} was seen to stay pending, and {settled[0].kind} after {settled[0].at:.1f} s"
        case _ if not seen.of(row.settles):
            yield f"{verb} was seen to be {row.settles}, and was {settled[0].kind if settled else 'pending'}"
        case _:
            pass


def _room(row: Row, seen: Seen) -> Iterator[str]:
    state = seen.looks[0]["state"] if seen.looks else ""
    if row.state and state != row.state:
        yield f"the room was seen to be {row.state} in the end, and was {state}"


def flows(seen: Seen) -> bool:
    """Whether both of the page's connections stand and media passes: its own out, and where others are theirs in."""
    mine, *others = seen.looks
    ways = [(mine, "sent", "audio"), (mine, "sent", "video")]
    ways += [(look, "received", "audio") for look in seen.looks if others]
    stand = [connection["state"] for connection in connections(mine)] == ["connected", "connected"]
    return stand and all(packets(*way) > _SOME for way in ways)


def connections(look: JsonObject) -> list[JsonObject]:
    """Give the page's peer connections in the order in which they were made."""
    found = look["connections"]
    assert isinstance(found, list)
    return [connection for connection in found if isinstance(connection, Mapping)]


def packets(look: JsonObject, way: str, kind: str) -> int:
    """Count RTP packets by the browser's own statistics."""
    total = 0
    for connection in connections(look):
        media = connection["media"]
        assert isinstance(media, list)
        for row in media:
            assert isinstance(row, Mapping)
            count = row["packets"]
            assert isinstance(count, int)
            total += count if (row["way"], row["kind"]) == (way, kind) else 0
    return total


def told_by_us(row: Row) -> tuple[AppSees, ...]:
    """Give what hms-doctor tells an app developer for this row."""
    return for_cause(row.cause) if row.cause else for_code(row.of)


def untold(row: Row) -> str:
    """Say what hms-doctor's ``app_sees`` lacks of what the row shows; empty: nothing."""
    ours = told_by_us(row)
    if not row.cause and not row.of:
        return ""
    if any(one.code == row.sees and all(word in one.outcome for word in row.words) for one in ours):
        return ""
    wanted = f"code {row.sees or 'none'} and the words {row.words}"
    return f"app_sees of {row.cause or row.of} has no row with {wanted}; it has {[(o.code, o.outcome) for o in ours]}"
