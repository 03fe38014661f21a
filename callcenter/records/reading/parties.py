"""When two numbers are the same person's: how callers are told apart in lists."""

import re

_COUNTRY = re.compile(r"(?:\+|00)86")
_LINES = ("", "+86", "0086", "0")
_TOKEN = re.compile(r"#[ehx]\.")
_BETWEEN = re.compile(r"[\s().-]")
_DIGITS = re.compile(r"\+?\d+")
_MOBILE = re.compile(r"0?(1[3-9]\d{9})")


def party(number: str) -> str:
    """The number without what lines write before it; empty for a caller who shows none.

    `+8613800000001`, `008613800000001` and `013800000001` (a mobile as a landline dials it) are
    all `13800000001`. What stands for a hashed or erased number tells parties apart by itself.
    """
    plain = number
    if not number.isdecimal():  # nearly all are digits alone
        if _TOKEN.match(number):  # see personal/numbers.py
            return number
        plain = _BETWEEN.sub("", number)
    plain = _COUNTRY.sub("", plain, count=1) if _COUNTRY.match(plain) else plain
    mobile = _MOBILE.fullmatch(plain)
    if mobile:
        return mobile.group(1)
    return plain if _DIGITS.fullmatch(plain) else ""


def written(who: str) -> set[str]:
    """How lines may write the number of a party."""
    return {f"{before}{who}" for before in _LINES}
