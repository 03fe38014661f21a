"""What callers answered to surveys, as the dialplan's events tell it. Pure."""

from collections.abc import Sequence

from callcenter.records.ingest.cel import CelRow
from callcenter.records.journal.facts import JournalFact, Rated, SurveyInvited
from callcenter.render.cel import UserEvent

HUNG_UP = "hung_up"
_WORDS = 5


def survey_facts(rows: Sequence[CelRow]) -> list[JournalFact]:
    """The facts of one call whose events are all there.

    Who rated whom is told by the call's row: the last agent. A question without an answer was cut
    by the caller's hangup.
    """
    mine = [row for row in rows if row.uniqueid == row.linkedid]
    facts: list[JournalFact] = [
        SurveyInvited(row.at, row.linkedid, "", row.words[0])
        for row in mine
        if row.event == UserEvent.SURVEY
    ]
    answers = {
        tuple(row.words[:2]): row
        for row in mine
        if row.event == UserEvent.ANSWER and len(row.words) == _WORDS
    }
    for asked in mine:
        if asked.event == UserEvent.ASKED:
            facts.append(_rated(asked, answers.get(tuple(asked.words[:2]))))
    return facts


def _rated(asked: CelRow, answer: CelRow | None) -> Rated:
    survey, question = (*asked.words, "")[:2]
    if answer is None:
        return Rated(asked.at, asked.linkedid, "", survey, question, HUNG_UP, None, "")
    _, _, result, rating, key = answer.words
    given = int(rating) if rating.isdecimal() else None
    return Rated(answer.at, asked.linkedid, "", survey, question, result, given, key)
