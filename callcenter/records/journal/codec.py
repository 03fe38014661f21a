"""Frozen dataclasses to and from JSON values, strictly, by their type hints.

What is written can be read back as an equal value. A missing or unknown field, or a value of
another type, raises `CodecError` with its path: a journal that we misread is worse than none.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum, StrEnum
from functools import cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

Json = Any
"""What json.loads returns; narrowed here and nowhere else."""
_Decoder = Callable[[Json], Any]
"""Raises CodecError with the path from its own value on."""
_PLAIN = frozenset({str, int, float, bool, type(None)})
_FEW = 2
"""With fewer plain fields there is nothing to gain; itemgetter gives tuples of two or more."""


class CodecError(ValueError):
    """A JSON value does not have the shape of its type."""

    def __init__(self, path: str, expected: str, value: object) -> None:
        super().__init__(f"{path.lstrip('.') or 'value'}: expected {expected}, found {value!r:.80}")
        self.args_within = (path, expected, value)

    def within(self, place: str) -> "CodecError":
        """The same, as seen from the value that holds this one at that place."""
        path, expected, value = self.args_within
        return CodecError(place + path, expected, value)


def encode(value: Any) -> Json:
    """The JSON value of a dataclass, enum, tuple, mapping or plain value."""
    if type(value) in _PLAIN:  # nearly all, and the questions below take time
        return value
    kind: Any = type(value)
    return _encoder(kind)(value)


def decode(kind: Any, value: Json) -> Any:
    """The value of type `kind` that `encode` wrote. Raises CodecError."""
    return decoder(kind)(value)


@cache
def _encoder(kind: Any) -> Callable[[Any], Json]:
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda value: {
            name: item if type(item := getattr(value, name)) in _PLAIN else encode(item)
            for name in names
        }
    if issubclass(kind, Enum):
        return {member: member.value for member in kind}.__getitem__
    if issubclass(kind, Mapping):
        return lambda value: {key: encode(item) for key, item in value.items()}
    if issubclass(kind, tuple | list):
        return lambda value: [encode(item) for item in value]
    return lambda value: value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def decoder(kind: Any) -> _Decoder:
    """What decodes values of that type."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind)[0])
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(kind)[1])
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    return _plain(kind)


def _plain(kind: type) -> _Decoder:
    # A whole number of seconds may have been written as an int; bool is an int to Python only.
    accepted: tuple[type, ...] = (float, int) if kind is float else (kind,)

    def read(value: Json) -> Any:
        if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
            raise CodecError("", kind.__name__, value)
        return float(value) if kind is float and isinstance(value, int) else value

    return read


def _enum(kind: type[Enum]) -> _Decoder:
    members = {member.value: member for member in kind}

    def read(value: Json) -> Any:
        found = members.get(value) if isinstance(value, (str, int)) else None
        if found is None:
            raise CodecError("", f"one of {list(members)}", value)
        return found

    return read


def _union(kinds: tuple[Any, ...]) -> _Decoder:
    # The exact type wins, so that 3 in `int | float` stays an int.
    exact = {kind: decoder(kind) for kind in kinds}
    expected = " or ".join(getattr(kind, "__name__", str(kind)) for kind in kinds)

    def read(value: Json) -> Any:
        if type(value) in exact:
            return exact[type(value)](value)
        for reader in exact.values():
            try:
                return reader(value)
            except CodecError:
                continue
        raise CodecError("", expected, value)

    return read


def _tuple(item: Any) -> _Decoder:
    reader = decoder(item)

    def read(value: Json) -> Any:
        if not isinstance(value, list):
            raise CodecError("", "list", value)
        return tuple(_at(f"[{n}]", reader, element) for n, element in enumerate(value))

    return read


def _mapping(item: Any) -> _Decoder:
    reader, plain = decoder(item), _PLAIN.intersection(get_args(item) or (item,))

    def read(value: Json) -> Any:
        if not isinstance(value, dict):
            raise CodecError("", "object", value)
        if plain.issuperset(map(type, value.values())):
            return MappingProxyType(value)
        return MappingProxyType({k: _at(k, reader, v) for k, v in value.items()})

    return read


def _dataclass(kind: type) -> _Decoder:
    hints = get_type_hints(kind)
    readers = {name: decoder(hints[name]) for name in _field_names(kind)}
    needed = {
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }

    def read(value: Json) -> Any:
        if not isinstance(value, dict):
            raise CodecError("", kind.__name__, value)
        if wrong := (value.keys() - readers.keys()) | (needed - value.keys()):
            raise CodecError("", f"{kind.__name__} without surprise in {sorted(wrong)}", value)
        return kind(**{name: _at(name, readers[name], each) for name, each in value.items()})

    return _as_written(kind, hints, readers, read)


def _as_written(
    kind: type, hints: Mapping[str, Any], readers: Mapping[str, _Decoder], otherwise: _Decoder
) -> _Decoder:
    """A quicker decoder: nearly all values have all fields in their order, as `encode` writes them,
    and in those of one type what shall be there."""
    names = tuple(readers)
    told = [_told_as(hints[name]) for name in names]
    sure = [n for n, each in enumerate(told) if each]
    if len(sure) < _FEW or any(field.kw_only or not field.init for field in fields(kind)):
        return otherwise
    types_of: Callable[[Any], Any] = tuple if len(sure) == len(names) else itemgetter(*sure)
    expected = tuple(told[n] for n in sure)
    others = [(n, name, readers[name]) for n, name in enumerate(names) if hints[name] not in _PLAIN]

    def read(value: Json) -> Any:
        if type(value) is not dict or tuple(value) != names:
            return otherwise(value)
        values = list(value.values())
        if types_of(tuple(map(type, values))) != expected:
            return otherwise(value)
        for n, name, reader in others:
            try:
                values[n] = reader(values[n])
            except CodecError as wrong:
                raise wrong.within(f".{name}") from None
        return kind(*values)

    return read


def _told_as(kind: Any) -> type | None:
    """The one type that JSON has for values of a type; None where it may be one of several."""
    if kind in _PLAIN:
        return cast(type, kind)
    origin = get_origin(kind)
    if origin is not None:
        return dict if isinstance(origin, type) and issubclass(origin, Mapping) else None
    return str if isinstance(kind, type) and issubclass(kind, StrEnum) else None


def _at(place: str, reader: _Decoder, value: Json) -> Any:
    """Read what stands at that place of a value."""
    try:
        return reader(value)
    except CodecError as wrong:
        raise wrong.within(place if place.startswith("[") else f".{place}") from None
