"""The thread that brings the journal to the disk, at most every 200 ms."""

import logging
import os
import threading

SYNC_EVERY_S = 0.2

_log = logging.getLogger(__name__)


class DiskSync:
    """Syncs one growing file behind its writer; owns its descriptor."""

    def __init__(self, fd: int, position: int) -> None:
        self.durable = position
        """Number of the last fact on the disk."""
        self.failed: OSError | None = None
        """The disk refused a sync; nothing more will be durable."""
        self._fd = fd
        self._old: list[int] = []
        self._written = position
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="journal-sync", daemon=True)
        self._thread.start()

    def written(self, position: int) -> None:
        """Facts up to `position` are with the kernel."""
        with self._changed:
            self._written = position
            self._changed.notify_all()

    def follow(self, new: int) -> None:
        """Writing goes on in another file; the old one is synced a last time and closed."""
        with self._changed:
            self._old.append(self._fd)
            self._fd = new

    def wait(self, beyond: int, timeout_s: float) -> bool:
        """Wait until facts after `beyond` are on the disk. False when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.durable > beyond or self._ended, timeout_s)
            return self.durable > beyond

    def close(self) -> None:
        """Sync what is left, end the thread, close the file."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        for fd in (*self._old, self._fd):
            os.close(fd)

    @property
    def _ended(self) -> bool:
        return self._closing or self.failed is not None

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._written > self.durable)
                if self.failed or self._written == self.durable:
                    return
                old, self._old, fd, position = self._old, [], self._fd, self._written
            self._bring_to_disk(old, fd, position)
            with self._changed:
                # Facts of the next 200 ms share one sync.
                self._changed.wait_for(lambda: self._ended, SYNC_EVERY_S)

    def _bring_to_disk(self, old: list[int], fd: int, position: int) -> None:
        try:
            for earlier in old:
                os.fdatasync(earlier)
                os.close(earlier)
            os.fdatasync(fd)
        except OSError as error:
            _log.error("journal: the disk refused a sync: %s", error)
            self.failed = error
        with self._changed:
            if self.failed is None:
                self.durable = position
            self._changed.notify_all()
