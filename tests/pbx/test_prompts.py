"""Prompts are spoken, converted, kept and brought to the node; every failure says what to do."""

import os
import shutil
import stat
import sys
import wave
from pathlib import Path
from typing import Any

import pytest
from callcenter.pbx.files import copy
from callcenter.pbx.media import media_digests, provide_media, put_music, put_tls
from callcenter.pbx.prompts import make_prompts, put_prompts
from callcenter.pbx.sound import FORMATS, SoundError, convert, run
from callcenter.render import prompt_paths
from callcenter.render.media_paths import music_folders
from callcenter.render.prompts import clips, stems
from callcenter.site.model import Site

pytestmark = pytest.mark.pbx

BEEP = ("sox", "-n", "-r", "22050", "{output}", "synth", "0.2", "sine", "440")


def site(speech: tuple[str, ...] = BEEP, **parts: Any) -> Site:
    """A site in one language whose prompts are beeps."""
    given = {"site": "sounds", "speech": {"command": list(speech)}}
    return Site.model_validate(given | parts)


def tone(path: Path, *shape: str, seconds: str = "0.3") -> Path:
    """A sound file of another shape than Asterisk wants."""
    path.parent.mkdir(parents=True, exist_ok=True)
    run(["sox", "-n", *shape, str(path), "synth", seconds, "sine", "440"], "a test's tone", 10)
    return path


def shape_of(path: Path) -> tuple[int, int, int]:
    """Rate, channels, bytes a sample."""
    with wave.open(str(path)) as sound:
        return sound.getframerate(), sound.getnchannels(), sound.getsampwidth()


@pytest.fixture
def made(tmp_path: Path) -> tuple[Site, Path]:
    """A site whose prompts are in the cache, and the cache."""
    beeps, cache = site(), tmp_path / "cache"
    make_prompts(beeps, tmp_path, cache)
    return beeps, cache


def test_each_prompt_is_there_in_each_format(made: tuple[Site, Path]) -> None:
    beeps, cache = made
    names = stems(beeps, {})
    for clip in clips(beeps):
        for ending in FORMATS:
            path = cache / "prompts" / clip.language / f"{names[clip.name]}.{ending}"
            assert path.stat().st_size >= 0.2 * 8000
    assert shape_of(cache / "prompts" / "zh" / f"{names['goodbye']}.wav") == (8000, 1, 2)
    assert {path.suffix for path in (cache / "prompts" / "zh").iterdir()} == {
        f".{ending}" for ending in FORMATS
    }


def test_what_is_made_is_not_made_again(made: tuple[Site, Path], tmp_path: Path) -> None:
    beeps, cache = made
    steps: list[tuple[int, int]] = []
    paths = make_prompts(beeps, tmp_path, cache, lambda done, of: steps.append((done, of)))
    assert steps == []
    assert paths == prompt_paths(beeps)


def test_a_changed_text_is_spoken_and_nothing_else(made: tuple[Site, Path], tmp_path: Path) -> None:
    _, cache = made
    steps: list[tuple[int, int]] = []
    more = site(prompts={"hello": {"text": "您好"}, "bye": {"text": "再见"}})
    make_prompts(more, tmp_path, cache, lambda done, of: steps.append((done, of)))
    assert steps == [(1, 2), (2, 2)]


def test_mandarin_and_english_are_spoken_by_espeak_ng(tmp_path: Path) -> None:
    prompts = {
        "zh": {"text": "您好，欢迎拨打政务服务便民热线。"},
        "en": {"text": "Welcome to the government service hotline.", "language": "en"},
    }
    spoken = Site.model_validate({"site": "spoken", "prompts": prompts})
    make_prompts(spoken, tmp_path, tmp_path / "cache")
    for language in ("zh", "en"):
        (path,) = (tmp_path / "cache" / "prompts" / language).glob(f"{language}-*.wav")
        with wave.open(str(path)) as sound:
            assert 1.0 < sound.getnframes() / sound.getframerate() < 10.0


def test_the_text_is_in_a_file_and_never_a_word_of_the_command(tmp_path: Path) -> None:
    script = tmp_path / "speak.py"
    script.write_text(
        "import pathlib, shutil, sys\n"
        "said, out, log, beep = sys.argv[1:]\n"
        "words = pathlib.Path(said).read_text(encoding='utf-8')\n"
        "with open(log, 'a', encoding='utf-8') as file: file.write(words)\n"
        "shutil.copyfile(beep, out)\n"
    )
    beep, log = tone(tmp_path / "beep.wav"), tmp_path / "log"
    nasty = "-w /etc/passwd $(touch pwned) {input} ${SHELL(id)}\n第二行"
    words = (sys.executable, str(script), "{input}", "{output}", str(log), str(beep))
    make_prompts(site(words, prompts={"x": {"text": nasty}}), tmp_path, tmp_path / "cache")
    assert f"{nasty}\n" in log.read_text("utf-8")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(
    ("speech", "says"),
    [
        (("no-such-command", "{input}", "{output}"), r"no-such-command is missing; install it"),
        (("sh", "-c", "echo out of tea >&2; exit 3"), r"sh failed with 3 and said: out of tea"),
        (("true",), r"true wrote no file; check speech.command"),
        (("cp", "/dev/null", "{output}"), r"sox failed"),
        (("sox", "-n", "{output}", "trim", "0", "0.01"), r"no sound came out"),
        (("sox", "-n", "-r", "8000", "{output}", "trim", "0", "1"), r"only silence came out"),
    ],
)
def test_a_failure_names_the_prompt_and_what_to_do(
    speech: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    with pytest.raises(SoundError, match=rf"^prompts\.[a-z0-9-]+: .*{says}"):
        make_prompts(site(speech), tmp_path, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.wav"))


def test_a_file_of_any_shape_is_converted(tmp_path: Path) -> None:
    tone(tmp_path / "audio" / "-hello|.wav", "-r", "44100", "-c", "2")
    recorded = site(prompts={"hello": {"file": "audio/-hello|.wav"}})
    paths = make_prompts(recorded, tmp_path, tmp_path / "cache")
    name = Path(paths["hello", "zh"]).name
    assert shape_of(tmp_path / "cache" / "prompts" / "zh" / f"{name}.wav") == (8000, 1, 2)


def test_another_content_of_a_file_is_another_prompt(tmp_path: Path) -> None:
    tone(tmp_path / "hello.wav")
    recorded = site(prompts={"hello": {"file": "hello.wav"}})
    before = make_prompts(recorded, tmp_path, tmp_path / "cache")
    tone(tmp_path / "hello.wav", seconds="0.5")
    after = make_prompts(recorded, tmp_path, tmp_path / "cache")
    assert before["hello", "zh"] != after["hello", "zh"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    recorded = site(prompts={"hello": {"file": "hello.wav"}})
    with pytest.raises(SoundError, match=r"prompts\.hello: .*hello\.wav cannot be read"):
        make_prompts(recorded, tmp_path, tmp_path / "cache")


def test_the_node_gets_what_it_plays_and_keeps_what_it_played(
    made: tuple[Site, Path], tmp_path: Path
) -> None:
    beeps, cache = made
    lib = tmp_path / "lib"
    lib.mkdir()
    put_prompts(beeps, tmp_path, cache, lib)
    folder = lib / "callcenter" / "prompts" / "zh"
    first = {path.name: path.stat() for path in folder.iterdir()}
    other = site(prompts={"goodbye": {"text": "慢走"}})
    make_prompts(other, tmp_path, cache)
    put_prompts(other, tmp_path, cache, lib)
    second = {path.name: path.stat() for path in folder.iterdir()}
    assert len(second) == len(first) + len(FORMATS)
    assert all(second[name].st_ino == was.st_ino for name, was in first.items())
    assert all(stat.S_IMODE(found.st_mode) == 0o644 for found in second.values())


def test_each_content_of_a_class_of_music_has_a_folder_of_its_own(tmp_path: Path) -> None:
    for name, seconds in (("a.wav", "0.3"), ("b.wav", "0.5")):
        tone(tmp_path / name, "-r", "44100", seconds=seconds)
    cache, lib = tmp_path / "cache", tmp_path / "lib"
    lib.mkdir()

    def folder_of(*names: str) -> Path:
        calm = site(music={"calm": {"files": list(names)}})
        put_music(calm, tmp_path, cache, lib)
        place = music_folders(calm, media_digests(calm, tmp_path))["calm"]
        return lib / place.removeprefix("/var/lib/asterisk/")

    both, one = folder_of("a.wav", "b.wav"), folder_of("b.wav")
    assert len(list(both.iterdir())) == 2 * len(FORMATS), "who waits now hears on"
    (only,) = one.glob("*.wav")
    with wave.open(str(only)) as sound:
        assert sound.getnframes() == 4000
    shutil.copyfile(tmp_path / "a.wav", tmp_path / "b.wav")
    assert folder_of("b.wav") not in {both, one}, "the same name with new content"


def test_the_key_can_be_read_by_asterisks_group_alone(tmp_path: Path) -> None:
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text(name)
    lib = tmp_path / "lib"
    lib.mkdir()
    os.chown(lib, -1, 4711)
    tls = {"certificate": "c.pem", "key": str(tmp_path / "k.pem")}
    put_tls(site(network={"tls": tls}), tmp_path, lib)
    (key,) = (lib / "callcenter" / "tls").glob("key-*.pem")
    (certificate,) = (lib / "callcenter" / "tls").glob("certificate-*.pem")
    found = key.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (0o640, 0, 4711)
    assert certificate.read_text() == "c.pem"


def test_a_certificate_that_is_not_there_is_told(tmp_path: Path) -> None:
    tls = {"certificate": "c.pem", "key": "k.pem"}
    with pytest.raises(SoundError, match=r"network\.tls: .*c\.pem cannot be read"):
        put_tls(site(network={"tls": tls}), tmp_path, tmp_path)


def test_all_media_in_one_go(tmp_path: Path) -> None:
    tone(tmp_path / "a.wav")
    beeps = site(music={"calm": {"files": ["a.wav"]}})
    (tmp_path / "lib").mkdir()
    paths = provide_media(beeps, tmp_path, tmp_path / "cache", tmp_path / "lib")
    assert paths == prompt_paths(beeps)
    ours = tmp_path / "lib" / "callcenter"
    assert len(list(ours.glob("music/calm-*/*.wav"))) == 1
    stems = {Path(path).name for path in paths.values()}
    assert {path.stem for path in ours.glob("prompts/*/*.wav")} == stems


def test_half_a_conversion_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "not-sound.wav").write_text("no sound")
    with pytest.raises(SoundError, match="sox failed"):
        convert(tmp_path / "not-sound.wav", tmp_path / "out" / "x", "prompts.x")
    assert not list((tmp_path / "out").iterdir())


def test_no_link_in_asterisks_folder_is_followed(tmp_path: Path) -> None:
    source, victim, lib = tmp_path / "new", tmp_path / "victim", tmp_path / "lib"
    source.write_text("new")
    victim.write_text("old")
    lib.mkdir()
    for name in ("prompt.wav", ".prompt.wav.new"):
        (lib / name).symlink_to(victim)
    copy(source, lib / "prompt.wav", 0o644)
    assert victim.read_text() == "old"
    assert not (lib / "prompt.wav").is_symlink()
    assert (lib / "prompt.wav").read_text() == "new"
