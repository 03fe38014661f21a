"""Which calls policy records, and that Asterisk's own queue judges as we do."""

import pytest
from callcenter.site.load import inspect
from callcenter.site.model import Site
from callcenter.site.recording import is_recorded, mark_of, may_record, share_mark, share_of
from callcenter.terms import Direction

pytestmark = pytest.mark.pure

CALLS = [f"hot-{1764460800 + n}.{n}" for n in range(2000)]


def site(**recording: object) -> Site:
    return Site.model_validate(
        {
            "site": "x",
            "recording": recording,
            "queues": {
                "all": {},
                "none": {"record": False},
                "some": {"record_share": 30},
            },
        }
    )


@pytest.mark.parametrize(
    ("queue", "direction", "expected"),
    [
        ("all", Direction.IN, 50),
        ("some", Direction.IN, 30),
        ("none", Direction.IN, 0),
        ("", Direction.OUT, 50),
        ("all", Direction.INTERNAL, 0),
        ("unheard-of", Direction.IN, 50),
    ],
)
def test_queue_direction_and_site_make_the_share(
    queue: str, direction: Direction, expected: int
) -> None:
    assert share_of(site(share=50), queue, direction) == expected


def test_nothing_is_recorded_where_the_site_says_so() -> None:
    off = site(enabled=False)
    assert not may_record(off, "all")
    assert not is_recorded(off, "all", Direction.IN, CALLS[0])


@pytest.mark.parametrize("percent", [1, 30, 99])
def test_a_share_is_a_share_of_the_calls(percent: int) -> None:
    chosen = [call for call in CALLS if is_recorded(site(share=percent), "all", Direction.IN, call)]
    assert len(chosen) / len(CALLS) == pytest.approx(percent / 100, abs=0.03)


def test_all_and_none_are_exact() -> None:
    everything, nothing = site(share=100), site(share=0)
    assert all(is_recorded(everything, "all", Direction.IN, call) for call in CALLS)
    assert not any(is_recorded(nothing, "all", Direction.IN, call) for call in CALLS)


def test_the_mark_is_what_md5sum_tells() -> None:
    # printf %s hot-1764460800.0 | md5sum
    assert mark_of("hot-1764460800.0") == "2c6a"


@pytest.mark.parametrize(
    ("percent", "mark"), [(0, "0000"), (1, "028f"), (50, "8000"), (99, "fd70"), (100, "g")]
)
def test_shares_as_asterisk_compares_them(percent: int, mark: str) -> None:
    assert share_mark(percent) == mark


def test_who_may_be_recorded_is_told() -> None:
    assert may_record(site(), "some")
    assert not may_record(site(), "none")


@pytest.mark.parametrize(
    ("recording", "codes"),
    [
        ("{keep: 365d}", []),
        ("{keep: 364d}", ["E_RANGE"]),
        ("{keep: 1h, short_keep: true}", []),
    ],
)
def test_recordings_are_kept_for_a_year_at_least(recording: str, codes: list[str]) -> None:
    text = f"site: demo\nrecording: {recording}\n"
    assert [f.code for f in inspect({"site.yaml": text}, "site.yaml").findings] == codes
