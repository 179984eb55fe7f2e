"""The standard ``dataclass``, defined in a fifth of the time where it is frozen and keyword-only.

The standard one writes six functions for every class as text and compiles them: about a millisecond a class whenever
the program starts, and it has hundreds. Here they are closures over the fields. To a type checker, and for every other
kind of dataclass, this is the standard one; a class and its bases must come from the same of the two.
"""

import dataclasses
from typing import TYPE_CHECKING, Final

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    _QUICK: Final = ({"frozen", "kw_only"}, {"frozen", "kw_only", "slots"})

    def dataclass(**how: bool) -> object:
        """Decorate as ``dataclasses.dataclass`` does."""
        if set(how) in _QUICK and all(how.values()):
            return lambda cls: _quick(cls, slots="slots" in how)
        return dataclasses.dataclass(**how)

    def _quick(cls: type, *, slots: bool) -> type:
        own = set(cls.__dict__)
        cls.__doc__ = cls.__doc__ or cls.__name__  # else the standard one writes a signature, which takes long
        made = dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=True, slots=slots)(cls)
        fields = dataclasses.fields(made)
        compared = [field.name for field in fields if field.compare]
        shown = [field.name for field in fields if field.repr]
        for method in (_initialiser(made, fields), *_comparisons(compared), _representation(shown), *_GUARDS):
            if method.__name__ not in own:
                setattr(made, method.__name__, method)
        made.__signature__ = _Signature()
        return made

    def _initialiser(cls: type, fields: tuple) -> object:
        plan = [(field.name, _maker(cls, field)) for field in fields if field.init or _has_default(field)]
        known = {field.name for field in fields if field.init}
        after, put = getattr(cls, "__post_init__", None), object.__setattr__

        def __init__(self: object, **given: object) -> None:  # noqa: N807
            for name, make in plan:
                put(self, name, given[name] if name in given else make())
            if not known.issuperset(given):
                raise TypeError(f"{cls.__qualname__} has no {sorted(given.keys() - known)}")
            if after is not None:
                after(self)

        return __init__

    def _has_default(field: dataclasses.Field) -> bool:
        return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING

    def _maker(cls: type, field: dataclasses.Field) -> object:
        if field.default_factory is not dataclasses.MISSING:
            return field.default_factory

        def make() -> object:
            if field.default is dataclasses.MISSING:
                raise TypeError(f"{cls.__qualname__} lacks {field.name!r}")
            return field.default

        return make

    def _comparisons(names: list) -> tuple:
        def __eq__(self: object, other: object) -> bool:  # noqa: N807
            if other.__class__ is not self.__class__:
                return NotImplemented
            for name in names:  # as tuples are compared, and no further than the first difference
                one, two = getattr(self, name), getattr(other, name)
                if one is not two and one != two:
                    return False
            return True

        def __hash__(self: object) -> int:  # noqa: N807
            return hash(tuple([getattr(self, name) for name in names]))

        return __eq__, __hash__

    def _representation(names: list) -> object:
        def __repr__(self: object) -> str:  # noqa: N807
            return f"{type(self).__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in names])})"

        return __repr__

    class _Frozen:
        def __setattr__(self, name: str, value: object) -> None:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

        def __delattr__(self, name: str) -> None:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

        def __getstate__(self) -> list:
            return [getattr(self, field.name) for field in dataclasses.fields(self)]

        def __setstate__(self, state: list) -> None:
            for field, value in zip(dataclasses.fields(self), state, strict=True):
                object.__setattr__(self, field.name, value)

    _GUARDS: Final = (_Frozen.__setattr__, _Frozen.__delattr__, _Frozen.__getstate__, _Frozen.__setstate__)

    class _Signature:
        """What ``help`` and tests ask for; made when they ask."""

        def __get__(self, thing: object, cls: type) -> object:
            from inspect import Parameter, Signature
            from typing import get_type_hints

            hints, parameters = get_type_hints(cls), []
            for field in dataclasses.fields(cls):
                given = field.default_factory if field.default is dataclasses.MISSING else field.default
                default = Parameter.empty if given is dataclasses.MISSING else given
                how = {"default": default, "annotation": hints[field.name]}
                parameters += [Parameter(field.name, Parameter.KEYWORD_ONLY, **how)] if field.init else []
            return Signature(parameters, return_annotation=None)
