"""pyst2's AMI connection, with its reader replaced: whole messages, nothing lost, no surprises.

What pyst2 0.5.1 does with what it reads, and why that part is not used:
- a header that repeats keeps its last value only (of a command's output, one line);
- a message with a `ChanVariable` header ends its reading thread (`dict.has_key`);
- a caller whose name is "status will follow" makes it swallow all that comes after;
- it reads the socket one byte at a time;
- a lost connection is told to nobody, and `close()` after it raises or waits for ever.
Since Asterisk 14 every message ends at an empty line, so the framing is simple.
"""

import contextlib
import io
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from asterisk.manager import Manager


@dataclass(frozen=True, slots=True)
class Message:
    """A reply or an event: its headers in the order they came; a name may repeat."""

    headers: tuple[tuple[str, str], ...]

    @property
    def event(self) -> str:
        """Name of the event; empty for a reply."""
        return self.get("Event")

    @property
    def text(self) -> str:
        """Asterisk's words."""
        return self.get("Message")

    def get(self, name: str, default: str = "") -> str:
        """The first value of a header, or `default`."""
        return next((value for key, value in self.headers if key == name), default)

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key == name]


def messages(lines: Iterable[bytes]) -> Iterator[Message]:
    """Cut what comes from the socket at the empty lines.

    Bytes that are not UTF-8 are replaced: a caller may send any display name.
    """
    headers: list[tuple[str, str]] = []
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line:
            name, _, value = line.partition(":")
            headers.append((name, value.removeprefix(" ")))
        elif headers:
            yield Message(tuple(headers))
            headers = []


class Wire(Manager):  # type: ignore[misc]  # pyst2 ships no types
    """One AMI connection. Blocking; one request at a time, from any one thread.

    `on_event` and `on_end` are called on the reading thread; `on_end` exactly once, after the
    last event.
    """

    def __init__(self, on_event: Callable[[Message], None], on_end: Callable[[], None]) -> None:
        super().__init__()
        self._on_event = on_event
        self._on_end = on_end
        self._closing = threading.Lock()

    def message_loop(self) -> None:
        """Read until the connection ends (replaces pyst2's reader, and runs on its thread)."""
        stream = io.BufferedReader(self._sock, 65536)
        with contextlib.suppress(OSError):  # a reset connection has ended like any other
            # The greeting is the only line that no empty line follows.
            self.title, _, self.version = (
                stream.readline().decode("ascii", "replace").partition("/")
            )
            if self.title:
                self._response_queue.put(Message((("Response", "Greeting"),)))
            for message in messages(stream):
                if message.event:
                    self._on_event(message)
                else:
                    self._response_queue.put(message)
        self._connected.clear()
        with self._closing:
            stream.close()
        self._response_queue.put(None)  # whoever waits for an answer
        self._event_queue.put(None)  # pyst2's own dispatching thread, which has nothing to do
        self._on_end()

    def hang_up(self) -> None:
        """End the connection, from any thread: the reader and whoever waits wake up."""
        with self._closing:  # else the file descriptor might be somebody else's by now
            if self._sock is None or self._sock.closed:
                return
            with (
                contextlib.suppress(OSError),  # the other side was faster
                socket.socket(fileno=os.dup(self._sock.fileno())) as connection,
            ):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection and the threads. May be called at any time, and twice."""
        self.hang_up()
        self._running.clear()
        self._event_queue.put(None)
