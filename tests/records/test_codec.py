"""What is written to the journal is read back as it was, or refused."""

import zlib
from types import MappingProxyType

import pytest
from callcenter.acd.events import CallEntered, CallKnown
from callcenter.acd.facts import AgentChanged, CallEnded, CallQueued, RingEnded, RingStarted
from callcenter.records.journal.codec import CodecError, decode, encode
from callcenter.records.journal.facts import CallFolded, CelRead, FilePlace
from callcenter.records.journal.files import BadLine, pack, unpack
from callcenter.terms import AgentState, Outcome, RingResult
from hypothesis import given
from hypothesis import strategies as st
from tests.records.strategies import facts

pytestmark = pytest.mark.pure


@given(facts())
def test_every_fact_comes_back_equal(fact: object) -> None:
    assert unpack(pack(7, fact)) == (7, fact)  # type: ignore[arg-type]


def test_a_text_that_is_no_unicode_comes_back() -> None:
    fact = CallEnded(1.0, "from a broken phone \ud800", Outcome.IVR_END, "")
    assert unpack(pack(7, fact)) == (7, fact)


@given(facts(), st.integers(0, 400), st.integers(1, 255))
def test_a_changed_byte_is_noticed(fact: object, place: int, change: int) -> None:
    line = bytearray(pack(7, fact))  # type: ignore[arg-type]
    line[place % (len(line) - 1)] ^= change
    with pytest.raises(BadLine):
        unpack(bytes(line))


def test_a_missing_field_is_named() -> None:
    value = encode(RingEnded(1.0, "c", "c~1", "1001", RingResult.BUSY, 486))
    del value["sip_code"]
    with pytest.raises(CodecError, match="sip_code"):
        decode(RingEnded, value)


def test_an_unknown_field_is_named() -> None:
    value = {**encode(FilePlace(1, 2)), "colour": "red"}
    with pytest.raises(CodecError, match="colour"):
        decode(FilePlace, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("at", "soon"), ("at", True), ("state", "asleep"), ("misses", 1.5), ("agent", None)],
)
def test_a_value_of_another_type_is_refused(field: str, value: object) -> None:
    good = encode(AgentChanged(1.0, "1001", AgentState.READY, "", "", 1.0, 0))
    with pytest.raises(CodecError, match=field):
        decode(AgentChanged, {**good, field: value})


def test_a_fact_of_an_unknown_type_is_refused() -> None:
    line = pack(1, CelRead(1.0, FilePlace(), FilePlace()))
    assert line.count(b"CelRead") == 1
    body = line[9:-1].replace(b"CelRead", b"CelSung")
    with pytest.raises(CodecError, match="CelSung"):
        unpack(b"%08x %s\n" % (zlib.crc32(body), body))


def test_whole_seconds_are_read_as_floats_and_mixed_values_keep_their_types() -> None:
    queued = decode(
        CallQueued,
        {**encode(CallQueued(5, "c", "q", "", "", 4, 5, "", 0, False)), "at": 5},
    )
    assert isinstance(queued.at, float)
    why = MappingProxyType({"candidates": 3, "key": "idle", "value": 2.5})
    back = decode(RingStarted, encode(RingStarted(1.0, "c", "l", "a", "q", why)))
    assert [type(value) for value in back.why.values()] == [int, str, float]


def test_nested_values_come_back() -> None:
    found = CallKnown(CallEntered("c", "q", "1", "2", 1.0, 2.0), 2.0, attempts=3, joined_at=9.0)
    assert decode(CallKnown, encode(found)) == found


@pytest.mark.parametrize(
    ("kind", "value"),
    [(RingStarted, []), (CelRead, {"waiting": "c1"}), (RingStarted, {"why": 3})],
)
def test_a_value_of_another_shape_is_refused(kind: type, value: object) -> None:
    good = {
        RingStarted: encode(RingStarted(1.0, "c", "l", "a", "q", {})),
        CelRead: encode(CelRead(1.0, FilePlace(), FilePlace())),
    }[kind]
    broken = {**good, **value} if isinstance(value, dict) else value
    with pytest.raises(CodecError, match="expected"):
        decode(kind, broken)


def test_a_value_of_none_of_the_allowed_types_is_refused() -> None:
    good = encode(RingStarted(1.0, "c", "l", "a", "q", {}))
    with pytest.raises(CodecError, match=r"why\.key: expected str or int or float"):
        decode(RingStarted, {**good, "why": {"key": None}})


def test_a_null_is_only_taken_where_it_is_allowed() -> None:
    with pytest.raises(CodecError, match="arrived_at"):
        decode(CallFolded, {**_folded(), "arrived_at": None})
    assert decode(CallFolded, {**_folded(), "requested_at": None}).requested_at is None


def _folded() -> dict[str, object]:
    return {
        "at": 9.0, "call": "c", "direction": "in", "party_class": "citizen",
        "handled_by": "asterisk", "caller": "1", "called": "2", "language": "zh",
        "arrived_at": 1.0, "requested_at": 2.0, "queue": "q", "answered_at": None,
        "left_queue_at": None,
        "ended_at": 9.0, "outcome": "timeout", "cause": "max_wait", "agent": "", "talk_s": 0.0,
    }  # fmt: skip
