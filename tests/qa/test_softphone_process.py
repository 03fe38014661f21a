"""A process with softphones starts without their library, has it once, and ends in peace."""

import subprocess
import sys

import pytest
from callcenter.qa.softphone import Softphones
from callcenter.qa.softphone_engine import SoftphoneError

pytestmark = pytest.mark.calls

TALKING = """
import asyncio, sys
{before}
from callcenter.qa.phone import Behaviour
from callcenter.qa.softphone import Softphones

async def main():
    async with Softphones() as phones:
        ann = await phones.phone("ann", "", ("127.0.0.1", 9), register=False)
        bob = await phones.phone("bob", "", ("127.0.0.1", 9), Behaviour(), register=False)
        call = await ann.call(await bob.address())
        await call.hears(1000)
        {then}

asyncio.run(main())
"""


def run(before: str = "", then: str = "pass") -> subprocess.CompletedProcess[str]:
    script = TALKING.format(before=before, then=then)
    words = [sys.executable, "-c", script]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_it_says_nothing_and_ends_with_0() -> None:
    done = run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_error_in_a_call_ends_as_python_does() -> None:
    done = run(then="raise RuntimeError('in the middle')")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("RuntimeError: in the middle")


def test_softphones_that_nobody_closed_do_not_crash_the_process() -> None:
    before = "import callcenter.qa.softphone as s\n"
    before += "async def left(*_): pass\ns.Softphones.__aexit__ = left\n"
    done = run(before)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_the_library_it_is_told_how_to_build_it() -> None:
    done = run("sys.modules['pjsua2'] = None")
    assert done.returncode == 1
    assert "build it once, in a minute or two, with: callcenter qa build-softphone" in done.stderr


@pytest.mark.asyncio(loop_scope="session")
async def test_a_process_has_one_library(softphone_library: Softphones) -> None:
    with pytest.raises(SoftphoneError, match="one Softphones for all"):
        async with Softphones():
            pass
    phone = await softphone_library.phone("ann", "", ("127.0.0.1", 9), register=False)
    assert "sip:ann@" in await phone.address()
    await softphone_library.clear()
