"""Names of prompts: what they are made from decides them."""

import pytest
from callcenter.render import builtin, prompt_paths
from callcenter.render.prompts import Clip, clips, languages, stems
from callcenter.site.model import Site
from tests.render.sites import small

pytestmark = pytest.mark.pure


def test_every_language_says_the_same_things() -> None:
    assert builtin.TEXTS["zh"].keys() == builtin.TEXTS["en"].keys()
    assert all(text.strip() for texts in builtin.TEXTS.values() for text in texts.values())


@pytest.mark.parametrize(
    ("place", "name"),
    [(1, "position-1"), (20, "position-20"), (21, "position-more"), (500, "position-more")],
)
def test_a_place_in_the_queue_has_a_prompt(place: int, name: str) -> None:
    assert builtin.position(place) == name
    assert name in builtin.TEXTS["zh"]


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("position-1", "您是下一位", "You are the next caller."),
        ("position-2", "您现在排在第二位", "You are number 2 in the queue."),
        ("position-12", "您现在排在第十二位", "You are number 12 in the queue."),
        ("position-20", "您现在排在第二十位", "You are number 20 in the queue."),
        ("position-more", "您前面还有二十位以上来电者", "20 callers or more are before you."),
        ("wait-1", "预计等待时间不超过一分钟。", "Your wait should be no longer than 1 minute."),
        ("wait-2", "预计等待时间不超过两分钟。", "Your wait should be no longer than 2 minutes."),
        ("wait-10", "预计等待时间不超过十分钟。", "Your wait should be no longer than 10 minutes."),
        (
            "wait-15",
            "预计等待时间不超过十五分钟。",
            "Your wait should be no longer than 15 minutes.",
        ),
        ("wait-more", "预计等待时间超过半小时", "The wait may be more than half an hour."),
    ],
)
def test_place_and_wait_are_said_as_people_say_them(name: str, zh: str, en: str) -> None:
    assert builtin.TEXTS["zh"][name].startswith(zh)
    assert builtin.TEXTS["en"][name].startswith(en)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_place_and_wait_are_told_is_a_sound_of_each_language(language: str) -> None:
    told = {builtin.position(place) for place in range(1, 500)}
    told |= {builtin.estimate(seconds / 4) for seconds in range(20_000)}
    made = {clip.name for clip in clips(small()) if clip.language == language}
    paths = prompt_paths(small())
    assert told <= made
    assert all((name, language) in paths and (name, "") in paths for name in told)


@pytest.mark.parametrize(
    ("wait_s", "name"),
    [(0, "wait-1"), (60, "wait-1"), (60.1, "wait-2"), (1800, "wait-30"), (1801, "wait-more")],
)
def test_a_wait_is_never_told_shorter_than_it_is_foretold(wait_s: float, name: str) -> None:
    assert builtin.estimate(wait_s) == name


def test_only_languages_that_somebody_hears_are_made() -> None:
    site = small(prompts={"hello": {"text": "Hallo"}}, voicemail={})
    assert languages(site) == ["zh"]
    assert languages(small()) == ["en", "zh"]
    number = {"12345": {"to": "queue:sales", "language": "en"}}
    assert languages(site.model_copy(update={"numbers": small(numbers=number).numbers})) == [
        "en",
        "zh",
    ]


def test_a_path_is_in_its_languages_folder_and_without_one_in_none() -> None:
    site = small()
    paths = prompt_paths(site)
    stem = stems(site, {})["goodbye"]
    folder = "/var/lib/asterisk/callcenter/prompts"
    assert paths["goodbye", "zh"] == f"{folder}/zh/{stem}"
    assert paths["goodbye", "en"] == f"{folder}/en/{stem}"
    assert paths["goodbye", ""] == f"{folder}/{stem}"
    assert ("hello", "zh") not in paths


def test_a_site_may_say_a_built_in_prompt_in_its_own_words() -> None:
    site = small(prompts={"goodbye": {"text": "慢走"}, "hello": {"text": "Hi", "language": "en"}})
    said = {(clip.name, clip.language): clip.text for clip in clips(site)}
    assert said["goodbye", "zh"] == "慢走"
    assert said["goodbye", "en"] == builtin.TEXTS["en"]["goodbye"]


def _stem(**parts: object) -> str:
    return stems(small(**parts), {"a.wav": "digest-1"})["hello"]


def test_all_that_shapes_the_sound_changes_the_name() -> None:
    speaking = {"text": "Hello", "language": "en"}
    names = [
        _stem(prompts={"hello": speaking}),
        _stem(prompts={"hello": {**speaking, "text": "Hello!"}}),
        _stem(prompts={"hello": {**speaking, "language": "zh"}}),
        _stem(prompts={"hello": speaking}, speech={"speed": "150"}),
        _stem(prompts={"hello": speaking}, speech={"voices": {"en": "en-gb", "zh": "cmn"}}),
        _stem(prompts={"hello": speaking}, speech={"command": ["say", "{input}", "{output}"]}),
        _stem(prompts={"hello": {"file": "a.wav"}}),
    ]
    assert len(set(names)) == len(names)


def test_the_content_of_a_file_decides_its_name_not_its_own() -> None:
    site = small(prompts={"hello": {"file": "a.wav"}})
    moved = small(prompts={"hello": {"file": "b.wav"}})
    assert stems(site, {"a.wav": "1"}) == stems(moved, {"b.wav": "1"})
    assert stems(site, {"a.wav": "1"}) != stems(site, {"a.wav": "2"})


def test_another_label_changes_no_prompt(example: Site) -> None:
    changed = example.model_copy(update={"skills": {"selling": "Other"}})
    assert prompt_paths(changed) == prompt_paths(example)


@pytest.fixture
def example() -> Site:
    return small()


def test_clips_are_in_order_of_name_and_language() -> None:
    found = clips(small())
    assert found == sorted(found, key=lambda clip: (clip.name, clip.language))
    assert Clip("hello", "en", text="Hello") in found
