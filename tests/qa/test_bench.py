"""What the benchmark makes of the packets it saw."""

import pytest
from callcenter.qa import sip
from callcenter.qa.bench_times import (
    Spread,
    ack_times,
    confirmed,
    handover_times,
    join_times,
    offers,
    usual_line,
)
from callcenter.qa.wire import Heard, Seen

pytestmark = pytest.mark.pure

PHONES, ASTERISK, CALLERS = 6001, 5060, 7000
AGENTS = frozenset({"1001", "1002"})
CAPTURE = """
at    | from | to   | what         | by   | for  | call
0.100 | 7000 | 5060 | ACK          | c1   | 7001 | k1
0.110 | 7000 | 5060 | ACK          | c2   | 7001 | k2
0.200 | 7000 | 5060 | ACK          | c3   | 7001 | k3
1.000 | 6001 | 5060 | BYE          | 1001 | c0   | a
1.005 | 5060 | 6001 | INVITE       | c1   | 1001 | b
1.500 | 5060 | 6001 | INVITE       | c1   | 1001 | b
2.000 | 6001 | 5060 | BYE          | 1002 | c0   | c
2.004 | 5060 | 6001 | INVITE       | c2   | 1002 | d
2.020 | 5060 | 6001 | INVITE again | c2   | 1002 | d
2.400 | 7000 | 5060 | BYE          | c3   | 7001 | k3
2.500 | 6001 | 5060 | BYE          | 1001 | c1   | b
9.000 | 7000 | 5060 | ACK          | c4   | 7001 | k4
9.003 | 5060 | 6001 | INVITE       | c4   | 1001 | e
"""


def capture(text: str) -> list[Seen]:
    """Packets of a table; `again` is a re-INVITE, a repeated line a retransmission."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]
    return [
        Seen(float(at), int(source), int(to), message(*what.split(), by=by, to=whom, call=call))
        for at, source, to, what, by, whom, call in rows
    ]


def message(method: str, again: str = "", *, by: str, to: str, call: str) -> sip.Message:
    number, tag = (2, ";tag=there") if again else (1, "")
    headers = (
        ("Call-ID", call),
        ("CSeq", f"{number} {method}"),
        ("From", f'"bench" <sip:{by}@x>;tag=here'),
        ("To", f"<sip:{to}@x>{tag}"),
    )
    return sip.Message(f"{method} sip:x SIP/2.0", headers)


MADE = list(offers(capture(CAPTURE), ASTERISK, AGENTS))


def test_a_freed_agent_is_timed_to_the_waiting_call_that_he_got() -> None:
    assert [(one.agent, one.caller) for one in MADE] == [
        ("1001", "c1"),
        ("1002", "c2"),
        ("1001", "c4"),
    ]
    assert handover_times(MADE) == pytest.approx([0.005, 0.004])


def test_an_agent_for_whom_nobody_waited_is_no_handover() -> None:
    last = MADE[-1]
    assert last.freed_at == pytest.approx(2.5)
    assert not last.is_handover


def test_the_line_is_counted_when_the_agent_is_freed() -> None:
    assert [one.waiting for one in MADE] == [3, 2, 0]
    assert usual_line(MADE) == 2.5


def test_a_handover_is_what_the_journal_calls_one() -> None:
    chose = {("1001", "c1"): "call", ("1002", "c2"): "agent", ("1001", "c4"): "agent"}
    assert confirmed(MADE, chose) == MADE[:1]


def test_the_first_invite_for_a_caller_is_timed_from_his_ack() -> None:
    assert ack_times(MADE) == pytest.approx([0.905, 1.894, 0.003])


def test_joining_is_counted_from_his_first_audio_after_the_ack() -> None:
    answers = [answer("c1", 10002), answer("c2", 10006), answer("c4", 10002)]
    heard = [
        Heard(at, port)
        for at, port in (
            (0.104, 10002),
            (0.108, 10006),  # before his ACK
            (0.124, 10002),
            (9.001, 10002),  # the port's next caller
            (9.002, 10002),
            (9.900, 10006),  # after his INVITE
        )
    ]
    times = join_times(MADE, answers, heard, ASTERISK)
    assert times == pytest.approx([0.901, 0.002])


def answer(caller: str, port: int) -> Seen:
    """The server's answer to a caller, with its port for audio."""
    headers = (
        ("Call-ID", caller),
        ("CSeq", "1 INVITE"),
        ("From", f"<sip:{caller}@x>;tag=here"),
        ("To", "<sip:7001@x>;tag=there"),
    )
    body = sip.sdp("127.0.0.1", port)
    return Seen(0.0, ASTERISK, CALLERS, sip.Message("SIP/2.0 200 OK", headers, body))


def test_percentiles_are_by_nearest_rank() -> None:
    spread = Spread.of(n / 1000 for n in range(1, 101))
    assert (spread.n, spread.p50, spread.p95, spread.p99, spread.max) == (100, 50, 95, 99, 100)
    assert Spread.of([0.0049]).p50 == 4.9


def test_nothing_measured_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Spread.of([])
