"""101, 40000 and 50000: what the React Native wrapper rejects promises with; no errors of the SDK."""

from hms_doctor.model.catalogue.entry import REACT_NATIVE, Entry, Meaning, Retried, Terminal


def _rejection(
    code: int, *, name: str, title: str, cause: str, action: str, symptoms: tuple[str, ...], at: str
) -> Entry:
    """Describe a promise rejection of the wrapper."""
    return Entry(
        code,
        (
            Meaning(
                platforms=REACT_NATIVE,
                name=name,
                title=title,
                cause=cause,
                action=action,
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=symptoms,
                source=f"React Native wrapper: {at}",
            ),
        ),
    )


CODES = (
    _rejection(
        101,
        name="RN_WRAPPER_NOT_FOUND",
        title="the wrapper found no such track, peer or list",
        cause="The id that JavaScript passed belongs to nothing on the native side any more.",
        action="Take the id from the SDK's own lists at the moment of the call: the track or peer may be gone.",
        symptoms=("TRACK_NOT_FOUND", "PEER_NOT_FOUND", "NAME_UNDEFINED"),
        at="HMSRNSDK.kt",
    ),
    _rejection(
        40000,
        name="RN_WRAPPER",
        title="the wrapper was called without a required value",
        cause="A value that the call needs, such as authToken, was not passed. It is not one of the server's 400xx.",
        action="Pass the value that the message names; see that the token has been fetched before join is called.",
        symptoms=("required key missing", "authToken missing"),
        at="HMSRNSDK.swift",
    ),
    _rejection(
        50000,
        name="RN_WRAPPER",
        title="the room code gave no token",
        cause="The exchange of a room code for a token ended with neither a token nor an error.",
        action="Run hms-doctor check --room-code C: it shows what the service answers.",
        symptoms=("token is null", "room code gives no token"),
        at="HMSRNSDK.swift",
    ),
)
