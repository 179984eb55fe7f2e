"""The causes, by group: one place for what we can find out.

A group's file holds its causes as module constants; ``ALL`` is found from them, so a new cause is one new constant.
"""

from hms_doctor.model.causes.cause import NO_CODE, Audience, Cause, Platform, Scope

__all__ = ["NO_CODE", "Audience", "Cause", "Platform", "Scope", "every_cause"]


def every_cause() -> dict[str, Cause]:
    """Give every cause by its id (imports all groups: for reports and tests, not for one check)."""
    from importlib import import_module
    from pkgutil import iter_modules

    found: dict[str, Cause] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Cause):
                found[value.id] = value
    return found
