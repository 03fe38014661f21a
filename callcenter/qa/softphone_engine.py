"""The thread that pjsua2 lives on: one in a process, however many phones there are."""

import asyncio
import atexit
import contextlib
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from callcenter.qa.softphone_words import Told

if TYPE_CHECKING:
    from callcenter.qa.softphone_native import Library

_POLL_MS = 10
_STARTS_S = 20.0
_Result = TypeVar("_Result")


class SoftphoneMissing(Exception):
    """The library is not there; the text says how to build it."""


class SoftphoneError(Exception):
    """pjsua2 refused what it was asked."""


class Engine:
    """Runs everything that touches pjsua2, one after another, and lets SIP happen in between.

    What is told is handed to `hear` on the thread of the engine.
    """

    def __init__(self, hear: Callable[[Told], None], log: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="callcenter-softphone-"))
        """What calls hear, as wav."""
        self._hear = hear
        self._log = log
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._over = threading.Event()
        self._up: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="softphone", daemon=True)

    def start(self) -> None:
        """Raises SoftphoneMissing or SoftphoneError."""
        atexit.register(self.stop)  # a thread that Python's end tears out of C++ aborts the process
        self._thread.start()
        try:
            self._up.result(_STARTS_S)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all calls and the endpoint; takes a second, as pjsua2 does."""
        atexit.unregister(self.stop)
        self._over.set()
        self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def do(self, ask: Callable[["Library"], _Result]) -> _Result:
        """Have something done on the engine's thread. Raises SoftphoneError."""
        done: Future[_Result] = Future()

        def work() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                done.set_result(ask(self._library))
            except KeyError:
                done.set_exception(SoftphoneError("the call or the account is over"))
            except Exception as error:  # noqa: BLE001  whoever asked is told
                done.set_exception(_plain(error))

        self._asked.put(work)
        return await asyncio.wrap_future(done)

    def _run(self) -> None:
        try:
            self._library = _library()(self._hear, self.folder, self._log)
            self._library.start()
        except SoftphoneMissing as error:
            self._up.set_exception(error)
            return
        except Exception as error:  # noqa: BLE001  whoever starts it is told
            self._up.set_exception(_plain(error))
            return
        self._up.set_result(None)
        while not self._over.is_set():
            with contextlib.suppress(queue.Empty):
                while True:
                    self._asked.get_nowait()()
            self._library.poll(_POLL_MS)
        self._library.stop()


def _plain(error: Exception) -> SoftphoneError:
    """Not the error itself: its frames hold objects that must end on the engine's thread."""
    return SoftphoneError(getattr(error, "reason", None) or str(error) or repr(error))


def _library() -> type["Library"]:
    try:
        from callcenter.qa.softphone_native import Library
    except ImportError as error:
        raise SoftphoneMissing(
            f"the softphone's library pjsua2 is not here ({error}); build it once, in a minute or "
            "two, with: callcenter qa build-softphone"
        ) from None
    return Library
