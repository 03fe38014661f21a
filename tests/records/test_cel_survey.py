"""Survey answers out of Asterisk's events, and once into the tables."""

import pytest
from callcenter.records.ingest.cel import CelRow
from callcenter.records.ingest.survey import survey_facts
from callcenter.records.journal.facts import Rated, SurveyInvited

pytestmark = pytest.mark.pure


def rows(*events: str, channel: str = "c1") -> list[CelRow]:
    """`CC_ASKED rate|1`, a second apart."""
    told = [event.partition(" ")[::2] for event in events]
    return [
        CelRow(float(at), event, tuple(words.split("|")), "", 0, "", "PJSIP/x", channel, "c1")
        for at, (event, words) in enumerate(told)
    ]


def test_each_question_has_one_answer_and_wrong_keys_are_not_silence() -> None:
    facts = survey_facts(
        rows(
            "CC_SURVEY rate",
            "CC_ASKED rate|1",
            "CC_ANSWER rate|1|rated|2|8",
            "CC_ASKED rate|2",
            "CC_ANSWER rate|2|invalid||9",
            "CC_ASKED rate|3",
            "CC_ANSWER rate|3|timeout||",
            "CC_ASKED rate|4",
        )
    )
    assert facts == [
        SurveyInvited(0.0, "c1", "", "rate"),
        Rated(2.0, "c1", "", "rate", "1", "rated", 2, "8"),
        Rated(4.0, "c1", "", "rate", "2", "invalid", None, "9"),
        Rated(6.0, "c1", "", "rate", "3", "timeout", None, ""),
        Rated(7.0, "c1", "", "rate", "4", "hung_up", None, ""),
    ]


def test_a_call_without_a_survey_and_other_channels_of_it_tell_nothing() -> None:
    assert survey_facts(rows("CC_ARRIVED 7001|en|", "CC_REQUEST desk")) == []
    assert survey_facts(rows("CC_SURVEY rate", channel="c1~1")) == []


def test_an_answer_with_too_few_words_is_none() -> None:
    (asked,) = survey_facts(rows("CC_ASKED rate|1", "CC_ANSWER rate|1"))
    assert isinstance(asked, Rated)
    assert asked.result == "hung_up"
