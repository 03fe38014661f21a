"""Terms of the glossary as functions of counted calls: what a report's columns are made of."""

from collections.abc import Callable, Mapping

from callcenter.kpi.calls import Standing
from callcenter.kpi.table import Value
from callcenter.kpi.tally import Tally
from callcenter.terms import Outcome

Measure = Callable[[Tally], Value]


def _standing(standing: Standing) -> Measure:
    return lambda tally: tally.standing[standing]


def _outcome(outcome: Outcome) -> Measure:
    return lambda tally: tally.outcomes[outcome]


LOST = (
    Outcome.ABANDONED_QUEUE, Outcome.ABANDONED_RING, Outcome.TIMEOUT, Outcome.VOICEMAIL,
    Outcome.CALLBACK_REQUESTED, Outcome.REFUSED_FULL, Outcome.REFUSED_NOAGENT, Outcome.SYSTEM_FAIL,
)  # fmt: skip
"""Ways in which a request ends without an answer; with the answered they are all of R."""

MEASURES: Mapping[str, Measure] = {
    "inbound": lambda tally: tally.inbound,
    "requests": lambda tally: tally.requests,
    "answered": lambda tally: tally.answered,
    "abandoned": lambda tally: tally.abandoned,
    "lost": lambda tally: tally.requests - tally.answered,
    "short_abandons": lambda tally: tally.short_abandons,
    "ivr_end": _standing(Standing.IVR_END),
    "blacklisted": _standing(Standing.BLACKLISTED),
    "test": _standing(Standing.TEST),
    "open": _standing(Standing.OPEN),
    "outbound": _standing(Standing.OUTBOUND),
    "connection_rate": lambda tally: tally.connection_rate,
    "gross_rate": lambda tally: tally.gross_rate,
    "loss_rate": lambda tally: tally.loss_rate,
    "abandon_rate": lambda tally: tally.abandon_rate,
    "sl_a": lambda tally: tally.service_level_a,
    "sl_b": lambda tally: tally.service_level_b,
    "sl_c": lambda tally: tally.service_level_c,
    "sl_d": lambda tally: tally.service_level_d,
    "sl_15": lambda tally: tally.within(15),
    "sl_20": lambda tally: tally.within(20),
    "asa": lambda tally: tally.answer_speed,
    "mean_wait": lambda tally: tally.mean_wait,
    "mean_abandon_wait": lambda tally: tally.mean_abandon_wait,
    "aht": lambda tally: tally.handling_time,
    **{str(outcome): _outcome(outcome) for outcome in LOST},
}
