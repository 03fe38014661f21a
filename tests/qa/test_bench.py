"""What the benchmark makes of the packets it saw."""

import pytest
from callcenter.qa import sip
from callcenter.qa.bench import Spread, freed_times, joined_time
from callcenter.qa.wire import Seen

pytestmark = pytest.mark.pure

PHONES = {6001, 6002}
ASTERISK = 5060
CAPTURE = """
at    | from | to   | what         | call
1.000 | 6001 | 5060 | BYE          | a
1.005 | 5060 | 6001 | INVITE       | b
1.500 | 5060 | 6001 | INVITE       | b
2.000 | 6002 | 5060 | BYE          | c
2.100 | 6001 | 5060 | BYE          | b
2.104 | 5060 | 6001 | INVITE       | d
2.020 | 5060 | 6001 | INVITE again | d
2.450 | 5060 | 6002 | INVITE       | e
9.000 | 6001 | 5060 | BYE          | d
"""


def capture(text: str) -> list[Seen]:
    """Packets of a table; `again` is a re-INVITE, a repeated line a retransmission."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]
    return [
        Seen(float(at), int(source), int(to), message(*what.split(), call=call))
        for at, source, to, what, call in rows
    ]


def message(method: str, again: str = "", *, call: str) -> sip.Message:
    number = 2 if again else 1
    headers = [("Call-ID", call), ("CSeq", f"{number} {method}"), ("To", "<sip:x>")]
    if again:
        headers[2] = ("To", "<sip:x>;tag=there")
    return sip.Message(f"{method} sip:x SIP/2.0", tuple(headers))


def test_each_freed_agent_is_paired_with_his_own_next_call() -> None:
    times = freed_times(capture(CAPTURE), PHONES)
    assert times == pytest.approx([0.005, 0.004, 0.450])


def test_joining_is_counted_from_the_callers_ack() -> None:
    seen = capture(
        """
        at    | from | to   | what   | call
        1.000 | 7000 | 5060 | INVITE | x
        1.010 | 7000 | 5060 | ACK    | x
        1.013 | 5060 | 6002 | INVITE | y
        """
    )
    assert joined_time(seen, 7000, PHONES) == pytest.approx(0.003)
    assert joined_time(seen[:2], 7000, PHONES) is None
    assert joined_time(seen, 7001, PHONES) is None


def test_percentiles_are_by_nearest_rank() -> None:
    spread = Spread.of(n / 1000 for n in range(1, 101))
    assert (spread.n, spread.p50, spread.p95, spread.p99, spread.max) == (100, 50, 95, 99, 100)
    assert Spread.of([0.0049]).p50 == 4.9


def test_nothing_measured_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Spread.of([])
