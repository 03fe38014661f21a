"""Sound files as Asterisk plays them cheapest: 8 kHz, one channel, also encoded as on the line."""

import subprocess
import tempfile
import wave
from array import array
from pathlib import Path

FORMATS = ("wav", "alaw", "ulaw")
"""Endings of what `convert` makes: 16-bit samples, and the two codecs, so that nothing is
transcoded while it is played."""

_RATE = 8000
_SHORTEST_S = 0.1
_SILENCE = 32
"""Samples below this, of 32767, are silence."""
_CONVERT_S = 120


class SoundError(Exception):
    """Sound could not be made; the message ends with the remedy."""


def made(stem: Path) -> bool:
    """True when every format of `stem` is there."""
    return all(file(stem, ending).is_file() for ending in FORMATS)


def file(stem: Path, ending: str) -> Path:
    """The file of one format; a stem may hold dots."""
    return stem.with_name(f"{stem.name}.{ending}")


def convert(source: Path, stem: Path, name: str) -> None:
    """Make every format of `stem` from a sound file. `name` says in errors what it is for.

    The loudest sample is brought to -3 dB, so that prompts of different origin sound alike. Raises
    SoundError where sox is missing or cannot read the file, or where nothing is to be heard.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=stem.parent) as work:
        partial = Path(work, "sound")
        plain = file(partial, "wav")
        run(["sox", str(source), *_SHAPE, str(plain), "gain", "-n", "-3"], name, _CONVERT_S)
        _check_audible(plain, name)
        for ending, kind in (("alaw", "al"), ("ulaw", "ul")):
            encoded = file(partial, ending)
            run(["sox", str(plain), "-t", kind, str(encoded)], name, _CONVERT_S)
        for ending in FORMATS:
            file(partial, ending).replace(file(stem, ending))


_SHAPE = ("-r", str(_RATE), "-c", "1", "-b", "16", "-e", "signed-integer")


def run(words: list[str], name: str, timeout_s: float) -> None:
    """Run a command of the machine. Raises SoundError where it is missing or fails."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s, check=False
        )
    except FileNotFoundError:
        message = f"{name}: the command {words[0]} is missing; install it: apt install {words[0]}"
        raise SoundError(message) from None
    except OSError as error:
        message = f"{name}: {words[0]} cannot be run ({error.strerror}); check the command"
        raise SoundError(message) from None
    except subprocess.TimeoutExpired:
        message = f"{name}: {words[0]} took longer than {timeout_s:g} s; try it by hand"
        raise SoundError(message) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        message = f"{name}: {words[0]} failed with {done.returncode} and said: {said[-1]}"
        raise SoundError(f"{message}; try it by hand")


def _check_audible(path: Path, name: str) -> None:
    try:
        with wave.open(str(path)) as sound:
            samples = array("h", sound.readframes(sound.getnframes()))
    except (OSError, EOFError, wave.Error):
        samples = array("h")
    if len(samples) < _SHORTEST_S * _RATE:
        raise SoundError(f"{name}: no sound came out; listen to its file, or try the command")
    if max(samples) < _SILENCE and min(samples) > -_SILENCE:
        raise SoundError(f"{name}: only silence came out; listen to its file, or try the command")
