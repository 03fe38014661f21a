"""YAML text to a tree whose every value knows its place.

The tree is built from libyaml's events and not by PyYAML's composer: that one recurses in C and
can be crashed by deep nesting. Scalars stay text (or None); the model decides what a text means,
so YAML 1.1 cannot turn `no` into false or `010` into 8 behind the author's back. Texts that other
YAML readers take for something else are refused unless quoted.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from callcenter.site.findings import Finding, Path, Place, finding

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 20
_UNREADABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
AMBIGUOUS = re.compile(
    r"(?:[-+]?(?:0[0-9_]+|0b[01_]+|0x[0-9a-fA-F_]+|[0-9]+_[0-9_]*"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)"
    r"|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)\Z"
)


"""Bare texts that YAML 1.1 or 1.2 takes for a number or a switch, where we would read a text."""


class Entry(NamedTuple):
    """One key of a mapping, and its value."""

    place: Place
    node: "Node"


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the tree."""

    place: Place
    value: "str | dict[str, Entry] | list[Node] | None"

    def plain(self) -> Any:
        """The value without places: str, None, dict, list."""
        if isinstance(self.value, dict):
            return {key: entry.node.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def place_of(self, path: Path, *, key: bool = False) -> Place:
        """The place of the value at the path, or of what is nearest above it.

        A mapping or list is pointed at by its key, and so is any value when `key` is asked for.
        """
        node, place = self, self.place
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                place, node = node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                place = node.place
            else:
                return place
        return place if key or isinstance(node.value, dict | list) else node.place


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet; `key` waits for its value."""

    node: Node
    key: tuple[str, Place] | None = None


class _Builder:
    """Puts events together to a tree."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self._open: list[_Open] = []
        self._documents = 0

    def feed(self, event: yaml.Event) -> None:
        """Take the next event. Raises _TooDeepError where mappings nest beyond any site."""
        place = self._place(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self._refuse("E_SYNTAX", place, "a second document begins", "take `---` away")
        elif isinstance(event, yaml.AliasEvent):
            remedy = f"write '*{event.anchor}' if text is meant, else write the value out"
            self._refuse("E_ALIAS", place, "aliases are not read", remedy)
            self._add(Node(place, None))
        elif isinstance(event, yaml.ScalarEvent):
            self._check_node(event, place)
            self._add(Node(place, self._scalar(event, place)))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._check_node(event, place)
            self._begin(Node(place, {} if isinstance(event, yaml.MappingStartEvent) else []))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._add(self._open.pop().node)

    def _place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _refuse(self, code: str, place: Place, message: str, remedy: str) -> None:
        self.findings.append(finding(code, place, message, remedy))

    def _check_node(self, event: yaml.NodeEvent, place: Place) -> None:
        if event.anchor:
            self._refuse("E_ALIAS", place, "anchors are not read", "take the `&…` away")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse("E_TAG", place, f"the tag {tag!r} is not read", "take the tag away")

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> str | None:
        text = str(event.value)
        if event.style:  # quoted, or a block of text: what the author meant is plain
            return text
        if AMBIGUOUS.match(text):
            remedy = f"write '{text}' if text is meant, else true, false or a decimal number"
            self._refuse("E_AMBIGUOUS", place, f"{text} is not text to other YAML readers", remedy)
        return None if text in _NULLS else text

    def _begin(self, node: Node) -> None:
        if len(self._open) >= _MAX_DEPTH:
            raise _TooDeepError(node.place)
        self._open.append(_Open(node))

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = self.root or node
            return
        top = self._open[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif top.key is None:
            top.key = self._key(node)
        else:
            self._put(top, top.key, node)
            top.key = None

    def _key(self, node: Node) -> tuple[str, Place]:
        if isinstance(node.value, str):
            return node.value, node.place
        self._refuse("E_SYNTAX", node.place, "this key is not a text", "write a name or a number")
        return "", node.place

    def _put(self, top: _Open, key: tuple[str, Place], node: Node) -> None:
        text, place = key
        entries = top.node.value
        if not isinstance(entries, dict):
            return
        if text in entries:
            self.findings.append(duplicate(text, place, entries[text].place))
        else:
            entries[text] = Entry(place, node)


class _TooDeepError(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__(str(place))
        self.place = place


def duplicate(key: str, place: Place, first: Place) -> Finding:
    """The finding of a key that stands in two places."""
    return finding(
        "E_DUPLICATE", place, f"{key!r} stands already at {first}", "keep one of the two"
    )


def parse(file: str, text: str) -> tuple[Node | None, list[Finding]]:
    """The tree of one file, or None where it is empty or no YAML; and what is wrong with it."""
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        return None, [_character(file, text, unreadable.start())]
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        return None, [*builder.findings, _syntax(file, error)]
    except _TooDeepError as deep:
        message = f"mappings and lists nest deeper than {_MAX_DEPTH}"
        return None, [finding("E_SYNTAX", deep.place, message, "no site needs that; flatten it")]
    return builder.root, builder.findings


def _character(file: str, text: str, position: int) -> Finding:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    message = f"the file holds {text[position]!r}, which YAML does not allow"
    return finding("E_SYNTAX", Place(file, line, column), message, "take it out")


_REMEDIES = {
    "mapping values are not allowed": "check the indentation; quote a text that holds `: `",
    "cannot start any token": "indent with spaces, no tabs; quote a text that begins with @ or %",
    "did not find expected key": "check the indentation and closing quotes above",
    "did not find expected ','": "close the bracket that was opened above; check commas",
    "could not find expected ':'": "write `key: value`; quote a text of several words",
    "unexpected end of stream": "close the quote or bracket that was opened above",
    "did not find expected alphabetic": "quote a text that begins with * or & (such as '*11')",
}


def _syntax(file: str, error: yaml.MarkedYAMLError) -> Finding:
    problem = str(error.problem or error.context or "not YAML")
    mark = error.problem_mark or error.context_mark
    if "end of stream" in problem:  # it is the opening quote or bracket that must be found
        mark = error.context_mark or mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    default = "check the indentation and the quotes here and just above"
    remedy = next((r for sign, r in _REMEDIES.items() if sign in problem), default)
    message = f"not YAML: {problem}"
    if error.context and error.problem:
        message += f" ({error.context})"
    return finding("E_SYNTAX", place, message, remedy)
