"""Chinese numerals, written out: a voice that reads digits says 二分钟 where people say 两分钟."""

_DIGITS = "零一二三四五六七八九"


def chinese(value: int) -> str:
    """A number from 0 to 99, as it is counted and as places are named: 十二, 二十."""
    tens, ones = divmod(value, 10)
    if not tens:
        return _DIGITS[ones]
    head = "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def chinese_amount(value: int) -> str:
    """So many of something, before its unit: 两, not 二."""
    return "两" if value == 2 else chinese(value)
