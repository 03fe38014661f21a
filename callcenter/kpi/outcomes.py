"""What came of the calls: satisfaction, first-call resolution, callbacks, repeats.

Times are milliseconds since 1970 (UTC).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from callcenter.kpi.numbers import Ratio

DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Ratings:
    """Answers to the survey (满意度测评). Wrong keys and silence are no rating."""

    answered: int
    """A, calls that an agent answered."""
    invited: int
    satisfied: int
    fairly: int
    not_satisfied: int

    @property
    def rated(self) -> int:
        """Callers who gave a rating."""
        return self.satisfied + self.fairly + self.not_satisfied

    @property
    def participation(self) -> Ratio:
        """参评率: rated / A. The default: an agent cannot raise it by not inviting."""
        return Ratio(self.rated, self.answered)

    @property
    def participation_of_invited(self) -> Ratio:
        """参评率 of those who were asked: rated / invited."""
        return Ratio(self.rated, self.invited)

    @property
    def satisfaction(self) -> Ratio:
        """满意率: (satisfied + fairly) / rated."""
        return Ratio(self.satisfied + self.fairly, self.rated)

    @property
    def only_satisfied(self) -> Ratio:
        """Of the rated, those who chose the best answer; information only."""
        return Ratio(self.satisfied, self.rated)


@dataclass(frozen=True, slots=True)
class Contact:
    """One call of one number, in or out."""

    number: str
    """Empty where the caller showed none."""
    at_ms: int
    """Its request for a human; of who is reached again, when that was."""
    answered: bool


def unique_callers(requests: Iterable[Contact], within_ms: int = 600_000) -> Ratio:
    """Requests of one number within ten minutes of its first one count once; answered when any of
    them was. Information only: every call counts in the connection rate.
    """
    first: dict[str, int] = {}
    groups: dict[tuple[str, int], bool] = {}
    for n, request in enumerate(sorted(requests, key=lambda each: each.at_ms)):
        who = request.number or f"{n}."  # no number: somebody of his own
        began = first.get(who)
        if began is None or request.at_ms >= began + within_ms:
            began = first[who] = request.at_ms
        group = (who, began)
        groups[group] = groups.get(group, False) or request.answered
    return Ratio(sum(groups.values()), len(groups))


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whether an answered call was the last one of its caller for a while."""

    number: str
    at_ms: int
    solved: bool | None
    """None while it is younger than the window: pending."""


def resolutions(
    contacts: Iterable[Contact], until_ms: int, window_ms: int = 7 * DAY_MS
) -> Iterator[Resolution]:
    """Each answered call: did its caller call again within the window?

    `contacts` are inbound requests; `until_ms` is the time of the report.
    """
    for number, calls in _times(contacts).items():
        if not number:
            continue  # nobody knows whether it was one of them that called again
        times = [call.at_ms for call in calls]
        for call in calls:
            if not call.answered:
                continue
            end = call.at_ms + window_ms
            after = bisect_right(times, call.at_ms)
            again = after < len(times) and times[after] <= end
            yield Resolution(number, call.at_ms, None if end > until_ms else not again)


def first_call_resolution(found: Iterable[Resolution]) -> Ratio:
    """首次解决率 by repeated calls: answered calls whose caller did not call again within the
    window, of the answered calls that are older than it. Younger ones are pending.
    """
    settled = [each.solved for each in found if each.solved is not None]
    return Ratio(sum(settled), len(settled))


def reached_again(
    missed: Sequence[Contact], others: Iterable[Contact], within_ms: int = DAY_MS
) -> list[int | None]:
    """For each missed request: when its number was reached within a day, in or out; None: never.

    `missed` are requests that nobody answered, `others` all calls that may have reached them. A
    caller who showed no number cannot be reached.
    """
    reached: Mapping[str, list[int]] = {
        number: [call.at_ms for call in calls if call.answered]
        for number, calls in _times(others).items()
        if number
    }
    found: list[int | None] = []
    for call in missed:
        times = reached.get(call.number, [])
        after = bisect_left(times, call.at_ms)
        kept = after < len(times) and times[after] <= call.at_ms + within_ms
        found.append(times[after] if kept else None)
    return found


def _times(contacts: Iterable[Contact]) -> Mapping[str, list[Contact]]:
    """Number -> its calls in order."""
    found: defaultdict[str, list[Contact]] = defaultdict(list)
    for contact in sorted(contacts, key=lambda each: each.at_ms):
        found[contact.number].append(contact)
    return found
