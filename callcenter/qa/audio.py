"""Test audio: a tone per party, G.711 A-law, and the question which tones a recording holds."""

import cmath
import math
import struct
import wave
from collections.abc import Iterable, Sequence
from pathlib import Path

RATE = 8000
"""Samples a second of telephony."""
CALLER_HZ = 500
AGENT_HZ = 1000
BLOCK = 800
"""Samples looked at together (0.1 s): at 500 and 1000 Hz whole periods, so tones do not leak."""
HEARD = 0.02
"""A tone counts as heard above this RMS, as a part of full scale (-34 dBFS)."""

_SEGMENT_ENDS = (0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF)


def tone(hz: float, seconds: float, level: float = 0.3) -> list[int]:
    """16-bit samples of a sine; `level` is its peak as a part of full scale."""
    peak = level * 32767
    step = 2 * math.pi * hz / RATE
    return [round(peak * math.sin(step * n)) for n in range(round(seconds * RATE))]


def _alaw_byte(sample: int) -> int:
    """ITU-T G.711 A-law of one 16-bit sample."""
    mask, magnitude = (0xD5, sample >> 3) if sample >= 0 else (0x55, (~sample) >> 3)
    for segment, end in enumerate(_SEGMENT_ENDS):
        if magnitude <= end:
            mantissa = magnitude >> max(segment, 1) & 0x0F
            return (segment << 4 | mantissa) ^ mask
    return 0x7F ^ mask


def _linear(byte: int) -> int:
    """The 16-bit sample of one A-law byte (ITU-T G.711)."""
    byte ^= 0x55
    segment, value = byte >> 4 & 0x07, (byte & 0x0F) << 4
    value = value + 8 if segment == 0 else (value + 0x108) << (segment - 1)
    return value if byte & 0x80 else -value


_TO_LINEAR = tuple(_linear(byte) for byte in range(256))


def alaw(samples: Iterable[int]) -> bytes:
    """A-law of 16-bit samples."""
    return bytes(_alaw_byte(sample) for sample in samples)


def linear(payload: bytes) -> list[int]:
    """16-bit samples of A-law."""
    return [_TO_LINEAR[byte] for byte in payload]


def read_wav(path: Path) -> list[int]:
    """Samples of a recording. Raises ValueError when it is not 8 kHz, 16 bit, mono."""
    with wave.open(str(path), "rb") as wav:
        form = (wav.getframerate(), wav.getsampwidth(), wav.getnchannels())
        if form != (RATE, 2, 1):
            raise ValueError(f"{path}: {form} is not 8000 Hz, 2 bytes, 1 channel")
        data = wav.readframes(wav.getnframes())
    return list(struct.unpack(f"<{len(data) // 2}h", data))


def _blocks(samples: Sequence[int]) -> Iterable[Sequence[int]]:
    return (samples[at : at + BLOCK] for at in range(0, len(samples) - BLOCK + 1, BLOCK))


def tone_level(samples: Sequence[int], hz: float) -> float:
    """RMS of the one tone in `samples`, as a part of full scale: one bin of a Fourier sum."""
    turn = cmath.exp(-2j * math.pi * hz / RATE)
    phasor, total = complex(1), complex(0)
    for sample in samples:
        total += sample * phasor
        phasor *= turn
    return math.sqrt(2) * abs(total) / (len(samples) or 1) / 32768


def seconds_of_tone(samples: Sequence[int], hz: float) -> float:
    """For how long the tone is heard, in steps of 0.1 s."""
    return sum(tone_level(block, hz) > HEARD for block in _blocks(samples)) * BLOCK / RATE


def seconds_of_sound(samples: Sequence[int]) -> float:
    """For how long anything is heard, in steps of 0.1 s."""

    def rms(block: Sequence[int]) -> float:
        return math.sqrt(sum(sample * sample for sample in block) / len(block)) / 32768

    return sum(rms(block) > HEARD for block in _blocks(samples)) * BLOCK / RATE
