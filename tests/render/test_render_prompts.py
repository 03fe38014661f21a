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
