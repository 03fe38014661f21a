"""The tree to the model; pydantic's errors to findings with place, code and remedy."""

import re
from itertools import takewhile
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from callcenter.site.findings import Finding, Path, dotted, finding, nearest
from callcenter.site.model import Part, Site
from callcenter.site.types import format_duration, shown
from callcenter.site.yaml_tree import Node

_KEY = "[key]"
_MAX_ROUNDS = 12


def validate(root: Node) -> tuple[Site | None, frozenset[Path], list[Finding]]:
    """The site of a tree, the paths that were left out of it, and what is wrong with them.

    What is wrong is taken out and the rest read again, so that the checks over several parts can
    speak at the same time. The site is None where nothing usable remains.
    """
    data = root.plain()
    findings: list[Finding] = []
    broken: set[Path] = set()
    for attempt in range(_MAX_ROUNDS):
        try:
            return Site.model_validate(data), frozenset(broken), findings
        except ValidationError as error:
            details = error.errors(include_url=False)
        if attempt == 0:
            findings = [_explain(d, root) for d in details if not _follows(d, details)]
        for detail in details:
            broken.add(_take_out(data, detail))
    return None, frozenset(broken), findings


def _take_out(data: dict[str, Any], error: ErrorDetails) -> Path:
    """Remove what an error is about, a list as a whole; the path of what was removed."""
    path = _path(error)
    if error["type"] == "missing":
        path = path[:-1]
    path = tuple(takewhile(lambda step: isinstance(step, str), path))
    if not path:
        data["site"] = "unnamed"
        return ("site",)
    above = _at(data, path[:-1])
    if isinstance(above, dict):
        above.pop(path[-1], None)
    return path


def _at(data: Any, path: Path) -> Any:
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return None
        data = data[step]
    return data


def _path(error: ErrorDetails) -> Path:
    return tuple(step for step in error["loc"] if step != _KEY)


def _follows(error: ErrorDetails, all_errors: list[ErrorDetails]) -> bool:
    """True for a list that is only too short because its faulty items do not count."""
    depth = len(error["loc"])
    return error["type"] == "too_short" and any(
        len(e["loc"]) > depth and e["loc"][:depth] == error["loc"] for e in all_errors
    )


def _explain(error: ErrorDetails, root: Node) -> Finding:
    path, kind = _path(error), error["type"]
    at_key = _KEY in error["loc"] or kind == "extra_forbidden"
    code, message, remedy = _words(error, path)
    if code != "E_UNKNOWN_KEY":
        message = f"{dotted(path)}: {message}"
    return finding(code, root.place_of(path, key=at_key), message, remedy)


def _words(error: ErrorDetails, path: Path) -> tuple[str, str, str]:
    """Code, message and remedy of one pydantic error."""
    kind, ctx = error["type"], error.get("ctx", {})
    if kind.startswith("E_"):
        return kind, str(ctx["message"]), str(ctx["remedy"])
    if kind == "extra_forbidden":
        return "E_UNKNOWN_KEY", f"unknown key {dotted(path)}", _other_key(path)
    if kind == "missing":
        meaning = _fields(path[:-1]).get(str(path[-1]), "")
        return "E_MISSING", "is needed", f"add `{path[-1]}:` ({meaning.rstrip('.')})"
    if kind == "literal_error":
        return "E_CHOICE", f"{shown(error['input'])} is not known here", f"write {ctx['expected']}"
    if kind in _RANGES:
        words, key = _RANGES[kind]
        # The model turns only durations into float before it looks at bounds.
        written = format_duration if isinstance(error["input"], float) else str
        remedy = f"write a value {words} {written(ctx[key])}"
        return "E_RANGE", f"{written(error['input'])} is out of range", remedy
    if kind in ("too_short", "string_too_short"):
        return "E_EMPTY", "is empty", "give at least one"
    if kind == "string_too_long":
        return "E_TEXT", "the text is too long", f"write {ctx['max_length']} characters at most"
    if kind == "ip_v4_address":
        return "E_ADDRESS", f"{error['input']!r} is not an IPv4 address", "write it like 10.0.0.5"
    found = "is empty" if error["input"] is None else f"{shown(error['input'])} does not fit here"
    return "E_TYPE", found, _TYPES.get(kind, error["msg"])


def _other_key(path: Path) -> str:
    """What may have been meant by an unknown key."""
    key = str(path[-1])
    if re.fullmatch(r"[a-z_]+", key):
        return nearest(key, _fields(path[:-1]))
    return "quote the text before it if it holds a comma"


_RANGES = {
    "greater_than_equal": ("of at least", "ge"),
    "greater_than": ("above", "gt"),
    "less_than_equal": ("of at most", "le"),
    "less_than": ("below", "lt"),
}

_TYPES = {
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "int_parsing_size": "write a smaller whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "finite_number": "write a finite number",
    "string_type": "write a text, or leave the key out",
    "dict_type": "write a mapping `key: value`, or leave the key out",
    "model_type": "write a mapping `key: value`, or leave the key out",
    "tuple_type": "write a list such as [one, two]",
}


def _fields(path: Path) -> dict[str, str]:
    """Key -> meaning of the part of a site that stands at the path."""
    kind: Any = Site
    for step in path:
        kind = _inside(kind, str(step))
    if not (isinstance(kind, type) and issubclass(kind, Part)):
        return {}
    return {f.alias or name: f.description or "" for name, f in kind.model_fields.items()}


def _inside(kind: Any, step: str) -> Any:
    """The type of what stands below a part, mapping or list."""
    if isinstance(kind, type) and issubclass(kind, Part):
        fields = {f.alias or name: f.annotation for name, f in kind.model_fields.items()}
        return bare(fields.get(step))
    if get_origin(kind) is dict:
        return bare(get_args(kind)[1])
    return bare(get_args(kind)[0]) if get_args(kind) else None


def bare(kind: Any) -> Any:
    """An annotation without Annotated and without `| None`."""
    if get_origin(kind) is Annotated:
        return bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return bare(next(k for k in get_args(kind) if k is not NoneType))
    return kind
