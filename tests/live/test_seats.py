"""Who sits where."""

from pathlib import Path

import pytest
from callcenter.live.agents.seats import Seats

pytestmark = pytest.mark.pure


def test_a_seat_is_taken_left_and_kept_over_a_restart(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    path = tmp_path / "seats.json"
    seats = Seats(path, lambda agent, phone: told.append((agent, phone)))
    seats.take("1001", "1009")
    assert (seats.phone_of("1001"), seats.sits_at("1009")) == ("1009", "1001")
    again = Seats(path, lambda agent, phone: None)
    assert again.phone_of("1001") == "1009"
    again.leave("1001")
    assert (again.phone_of("1001"), again.sits_at("1009")) == ("1001", "1009")
    assert told == [("1001", "1009")]


def test_one_agent_to_a_phone_and_one_phone_to_an_agent(tmp_path: Path) -> None:
    seats = Seats(tmp_path / "seats.json", lambda agent, phone: None)
    seats.take("1001", "1009")
    seats.take("1002", "1009")
    assert (seats.phone_of("1001"), seats.sits_at("1009")) == ("1001", "1002")
    seats.take("1002", "1008")
    assert (seats.sits_at("1009"), seats.phone_of("1002")) == ("1009", "1008")


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_damaged_file_is_no_seat(tmp_path: Path, text: str) -> None:
    path = tmp_path / "seats.json"
    path.write_text(text)
    assert Seats(path, lambda agent, phone: None).phone_of("1001") == "1001"
