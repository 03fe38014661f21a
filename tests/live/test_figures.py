"""An agent's figures as words."""

import pytest
from callcenter.live.figures import DayFigures, number, spoken
from callcenter.render.builtin import TEXTS

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0, "0", "0"),
        (10, "ten", "10"),
        (11, "ten 1", "11"),
        (20, "2 ten", "20"),
        (35, "3 ten 5", "30 5"),
        (105, "1 hundred 0 5", "1 hundred 5"),
        (110, "1 hundred 1 ten", "1 hundred 10"),
        (1001, "1 thousand 0 1", "1 thousand 1"),
        (1010, "1 thousand 0 1 ten", "1 thousand 10"),
        (10_001, "1 myriad 0 1", "10 thousand 1"),
        (12_345, "1 myriad 2 thousand 3 hundred 4 ten 5", "12 thousand 3 hundred 40 5"),
    ],
)
def test_numbers_are_put_together(value: int, chinese: str, english: str) -> None:
    assert number(value, "zh") == [f"n-{word}" for word in chinese.split()]
    assert number(value, "en") == [f"n-{word}" for word in english.split()]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_is_a_prompt(language: str) -> None:
    words = {word for value in range(20_000) for word in number(value, language)}
    words |= set(spoken(DayFigures(3, 400.0), language))
    assert words <= TEXTS[language].keys()


def test_an_average_needs_a_call() -> None:
    assert DayFigures(0, 0.0).average_s == 0
    assert DayFigures(4, 100.0).average_s == 25
