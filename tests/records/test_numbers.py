"""Numbers become tokens, always the same ones, and come back where they shall."""

import pytest
from callcenter.records.journal.numbers import FIELDS, each_number
from callcenter.records.personal.numbers import ERASED, PLAIN, Form, Numbers, WrongKey
from callcenter.records.reading.parties import party
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

KEY = "a key of twenty-four characters"
ENCRYPTED = Numbers(Form.ENCRYPTED, KEY, ["12345", "02012345678"])
HASHED = Numbers(Form.HASHED, KEY, ["12345", "02012345678"])
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.from_regex(r"\+?[0-9]{3,16}", fullmatch=True),
        st.sampled_from([" ", "-", "(", ") ", "138 0000 1111", "0571-8888-0000", "2025-11-30"]),
        st.just("hot-1764500000.7~1"),
    )
).map("".join)


@settings(deadline=None)  # the first one loads the library
@given(TEXTS.filter(lambda text: "#" not in text))
def test_what_is_encrypted_comes_back(text: str) -> None:
    for stored in (ENCRYPTED.stored(text), ENCRYPTED.kept(text), HASHED.kept(text)):
        assert ENCRYPTED.opened(stored) == text
        # Told again, a token stays what it is.
        assert ENCRYPTED.stored(stored) == stored
    hashed = HASHED.stored(text)
    assert HASHED.stored(hashed) == hashed == HASHED.hashed_in(HASHED.kept(text))
    assert PLAIN.stored(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "13800001111", "+8613800001111", "0571 8888 0000", "call him at 13800001111.",
        "请拨13800001111回电", "sip:13800001111@trunk", "1380000-1111",
        "rang 138-0000-1111 twice", "请拨138 0000 1111回电",
        "at (0571) 8888 0000, or 0571-88880000",
        "his +86 138-0000-1111; hers 0086 138 0000 1111", "8800-0000 and 400-880-1111",
        "+49 30 5555 0000.", "on 2025-11-30 0571 8888 0000 was busy", "13800001111 13900001111",
    ],
)  # fmt: skip
def test_no_number_is_left_in_what_is_stored(text: str) -> None:
    for numbers in (ENCRYPTED, HASHED):
        assert not any(part in numbers.stored(text) for part in ("0000", "1111"))


@pytest.mark.parametrize(
    "text",
    [
        "", "1001", "12345", "hot-1764500000.7", "hot-1764500000.7~12", "1764500000.71", "ann",
        "2025-11-30", "since 2025-11-30 08:00-12:00", "exemption 20251130-1", "agents 1001, 1002",
        "daily-2025-11-30.html", "room 12-345", "5 of 10", "11-30 at 8",
    ],
)  # fmt: skip
def test_names_and_short_numbers_stay(text: str) -> None:
    assert ENCRYPTED.stored(text) == HASHED.stored(text) == text


def test_two_numbers_side_by_side_are_two() -> None:
    ann, bob = "138-0000-1111", "139 0000 2222"
    for text in (f"{ann} {bob}", f"{bob}, {ann}", "13800001111 13900002222"):
        tokens = HASHED.stored(text).replace(",", "").split(" ")
        assert set(tokens) == {HASHED.hashed(ann), HASHED.hashed(bob)}


def test_one_caller_is_one_hash_however_his_line_writes_him() -> None:
    written = ("13800001111", "+8613800001111", "008613800001111", "013800001111")
    assert len({HASHED.stored(number) for number in written}) == 1
    assert len({ENCRYPTED.stored(number) for number in written}) == len(written)
    (token,) = {HASHED.stored(number) for number in written}
    assert HASHED.opened(token) == token == party(token)
    assert HASHED.hashed_in(ENCRYPTED.stored("+8613800001111")) == token


def test_our_own_number_is_read_even_where_it_is_hashed() -> None:
    stored = HASHED.stored("02012345678")
    assert "02012345678" not in stored
    assert HASHED.opened(stored) == "02012345678"


def test_another_key_opens_nothing_and_makes_other_hashes() -> None:
    other = Numbers(Form.ENCRYPTED, KEY + "!")
    with pytest.raises(WrongKey):
        other.opened(ENCRYPTED.stored("13800001111"))
    assert other.hashed("13800001111") != ENCRYPTED.hashed("13800001111")
    assert other.key_id != ENCRYPTED.key_id


def test_who_was_erased_stays_apart_from_all_others() -> None:
    name = f"{ERASED}Ab3_-x"
    assert party(name) == name
    assert ENCRYPTED.stored(name) == HASHED.stored(name) == HASHED.opened(name) == name


@settings(deadline=None)  # the first one loads the library
@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=5))
def test_the_journal_s_fields_are_found_wherever_they_stand(field: str, other: str) -> None:
    number = "13800001111"
    value = {"at": 1.5, "call": number, "deep": [{"aim": {field: number}}, {"x": other}]}
    sealed = each_number(value, ENCRYPTED.kept)
    assert sealed["call"] == number
    assert sealed["deep"][0]["aim"][field] == ENCRYPTED.stored(number)
    assert each_number(sealed, ENCRYPTED.opened) == value
