"""Callers' numbers in lists: how a number is written, and what an entry of a list says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from callcenter.site.findings import nearest
from callcenter.site.model import Site

BLACKLIST = "blacklist"
"""The list whose callers are turned away; every other list gives a priority."""
ANONYMOUS = "anonymous"
"""Stands for callers whose number the line does not tell."""
LONGEST = 20
"""Digits; of a longer number the rest does not count, here as in the dialplan."""

_MOBILE = re.compile(r"(?:0|86|086)?(1[3-9][0-9]{9})\Z")
_NOT_SIGNS = re.compile(r"[^0-9+]")
_SPACING = re.compile(r"[\s().-]+")
_WILD = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}
_PREFIX = re.compile(r"[0-9]{2,15}\*\Z")
_NUMBER = re.compile(r"[0-9]{2,20}\Z")
_PATTERN = re.compile(r"(?=(?:[XZN]*[0-9]){2})[0-9XZN]{3,20}\Z")


class FormError(ValueError):
    """A text that is no number, prefix or pattern; the message ends with the remedy."""


class Kind(StrEnum):
    """What a form matches."""

    NUMBER = "number"
    PREFIX = "prefix"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True, order=True)
class ListKey:
    """One list: `tenant` is empty for the site's own."""

    name: str
    tenant: str = ""

    def __str__(self) -> str:
        return f"{self.tenant}.{self.name}" if self.tenant else self.name


@dataclass(frozen=True, slots=True)
class Entry:
    """One form in one list, and why it is there."""

    list: ListKey
    form: str
    """As `parse_form` gives it: `13800138000`, `138*`, `1380013XXXX` or `anonymous`."""
    reason: str = ""
    until: float = 0.0
    """Epoch seconds; 0 is for ever."""
    prompt: str = ""
    """What a blocked caller hears; empty: he is rejected without an answer."""

    def holds(self, now: float) -> bool:
        """True while it has not expired."""
        return self.until == 0 or self.until > now


def canonical(told: str) -> str:
    """The digits by which a number is known, however the line or a person wrote it.

    Mobiles have 11 digits, landlines their area code with 0, foreign numbers 00 and the country.
    Must say the same as `cc-number` in the dialplan.
    """
    signs = _NOT_SIGNS.sub("", told)
    if signs.startswith("+"):
        signs = "00" + signs[1:]
    digits = signs.replace("+", "")[:LONGEST]
    if digits.startswith("0086"):
        digits = "0" + digits[4:]
    mobile = _MOBILE.match(digits)
    return mobile[1] if mobile else digits


def parse_form(text: str) -> str:
    """A number, prefix (`138*`), pattern (`1380013XXXX`) or `anonymous`, as entries hold it.

    X is any digit, Z one of 1 to 9, N one of 2 to 9, and a pattern has at least two digits of its
    own. Raises FormError.
    """
    bare = _SPACING.sub("", text)
    if bare.lower() == ANONYMOUS:
        return ANONYMOUS
    plain = bare.upper()
    if plain.removeprefix("+").isascii() and plain.removeprefix("+").isdigit():
        number = canonical(plain)
        if _NUMBER.match(number):
            return number
    elif plain.endswith("*"):
        prefix = _national(plain[:-1]) + "*"
        if _PREFIX.match(prefix):
            return prefix
    elif _PATTERN.match(plain):
        return plain
    raise FormError(
        f"{text!r} is no number, prefix or pattern; write 13800138000, 138*, 1380013XXXX "
        f"(X any digit, Z 1-9, N 2-9) or {ANONYMOUS}"
    )


def kind_of(form: str) -> Kind:
    """What a parsed form matches."""
    if form.endswith("*"):
        return Kind.PREFIX
    return Kind.NUMBER if form == ANONYMOUS or form.isdigit() else Kind.PATTERN


def expression(pattern: str) -> str:
    """A pattern as the regular expression that the dialplan tests; only brackets and digits."""
    return f"^{''.join(_WILD.get(c, c) for c in pattern)}$"


def matches(form: str, number: str) -> bool:
    """True when a canonical number is one of those that the form means."""
    match kind_of(form):
        case Kind.NUMBER:
            return number == ("" if form == ANONYMOUS else form)
        case Kind.PREFIX:
            return number.startswith(form[:-1])
        case Kind.PATTERN:
            return re.match(expression(form).removesuffix("$") + r"\Z", number) is not None


def priority_lists(site: Site) -> Mapping[ListKey, int]:
    """The lists that the site declares, with their priorities."""
    return {
        ListKey(name.rpartition(".")[2], name.rpartition(".")[0]): declared.priority
        for name, declared in site.number_lists.items()
    }


def unknown_list(site: Site, wanted: ListKey) -> str:
    """Why there is no such list, with the remedy; empty where there is one."""
    if wanted.tenant and wanted.tenant not in tenants_of(site):
        return f"there is no tenant {wanted.tenant!r}; {nearest(wanted.tenant, tenants_of(site))}"
    lists = {key.name for key in priority_lists(site) if key.tenant == wanted.tenant}
    if wanted.name != BLACKLIST and wanted.name not in lists:
        remedy = nearest(wanted.name, lists) if lists else "declare it under `number_lists:`"
        return f"there is no list {wanted.name!r}; {remedy}"
    return ""


def tenants_of(site: Site) -> frozenset[str]:
    """The tenants of a site."""
    return frozenset(getattr(site, "tenants", {}))


def _national(prefix: str) -> str:
    """A prefix without our own country's code; a foreign one begins with 00."""
    digits = "00" + prefix[1:] if prefix.startswith("+") else prefix
    if not digits.startswith("0086"):
        return digits
    return digits[4:] if digits[4:5] == "1" and digits[5:6] in "3456789" else "0" + digits[4:]
