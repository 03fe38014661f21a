"""The benchmark's command, with few calls: both systems and all times in its JSON."""

import asyncio
import json
import sys

import pytest

pytestmark = [pytest.mark.calls, pytest.mark.timeout(200)]

FEW = ("--agents", "4", "--handovers", "4", "--calls", "12", "--waiting", "6", "--json")


async def test_bench_assign_measures_both_on_one_asterisk() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "callcenter", "bench", "assign", *FEW),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, told = await process.communicate()
    assert process.returncode == 0, told.decode()
    measured = json.loads(out)
    assert set(measured) == {"app_queue", "callcenter"}
    for times in measured.values():
        assert set(times) == {"freed_to_invite_ms", "acked_to_invite_ms", "joined_to_invite_ms"}
        for spread in times.values():
            assert set(spread) == {"n", "p50", "p95", "p99", "max"}
            assert 6 <= spread["n"] <= 12
            assert 0 < spread["p50"] <= spread["p95"] <= spread["p99"] <= spread["max"]
