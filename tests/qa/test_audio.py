"""The ear of the tests must be able to say no."""

import struct
import wave
from pathlib import Path

import pytest
from callcenter.qa import audio
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure


def test_a_tone_is_heard_for_as_long_as_it_lasts() -> None:
    samples = audio.tone(500, 2.0)
    assert audio.seconds_of_tone(samples, 500) == pytest.approx(2.0)


def test_another_tone_is_not_heard() -> None:
    assert audio.seconds_of_tone(audio.tone(500, 2.0), 1000) == 0
    assert audio.seconds_of_tone([0] * 16000, 500) == 0


def test_two_mixed_speakers_are_both_heard_and_one_alone_is_not_two() -> None:
    caller, agent = audio.tone(500, 1.0), audio.tone(1000, 1.0)
    mixed = [a + b for a, b in zip(caller, agent, strict=True)]
    assert audio.seconds_of_tone(mixed, 500) == pytest.approx(1.0)
    assert audio.seconds_of_tone(mixed, 1000) == pytest.approx(1.0)
    assert audio.seconds_of_tone(caller, 1000) == 0


def test_silence_is_no_sound() -> None:
    assert audio.seconds_of_sound([0] * 8000) == 0
    assert audio.seconds_of_sound(audio.tone(700, 0.5) + [0] * 8000) == pytest.approx(0.5)


@given(st.integers(min_value=-32768, max_value=32767))
def test_alaw_keeps_a_sample_within_a_segment_step(sample: int) -> None:
    """G.711 A-law has 4 bits of mantissa: an error of at most 1/32 of the value, or 8."""
    (back,) = audio.linear(audio.alaw([sample]))
    assert abs(back - sample) <= max(16, abs(sample) / 16)


def test_alaw_of_silence_is_the_standards_byte() -> None:
    assert audio.alaw([0]) == b"\xd5"


def test_a_tone_survives_alaw_and_a_wav_file(tmp_path: Path) -> None:
    samples = audio.linear(audio.alaw(audio.tone(1000, 0.5)))
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as wav:
        wav.setparams((1, 2, 8000, 0, "NONE", ""))
        wav.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    assert audio.seconds_of_tone(audio.read_wav(path), 1000) == pytest.approx(0.5)


def test_a_recording_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cd.wav"
    with wave.open(str(path), "wb") as wav:
        wav.setparams((2, 2, 44100, 0, "NONE", ""))
        wav.writeframes(b"\0" * 400)
    with pytest.raises(ValueError, match="8000 Hz"):
        audio.read_wav(path)
