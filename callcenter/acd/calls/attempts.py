"""How many legs calls have had that are not on the floor just now."""

HANDED_OVER_KEPT = 10_000
"""Calls that overflowed and may come back, from a menu say; older ones are over by now."""


def note_attempts(handed_over: dict[str, int], call: str, attempts: int) -> None:
    """Keep how many legs a call has had, so that no leg's name is given twice if it comes back."""
    if attempts:
        handed_over[call] = attempts
    if len(handed_over) > HANDED_OVER_KEPT:
        del handed_over[next(iter(handed_over))]
