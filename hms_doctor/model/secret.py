"""Values that may reach no output: the token, the app secret, a TURN credential, a signed URL."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A string that neither ``repr`` nor ``str`` nor an f-string shows; ``reveal`` is the one way to read it."""

    _value: str

    def reveal(self) -> str:
        """Give the value itself, for the wire only."""
        return self._value

    @property
    def fingerprint(self) -> str:
        """The first 8 hex digits of the value's SHA-256: enough to tell two secrets apart, useless to forge one."""
        import hashlib

        return hashlib.sha256(self._value.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)
