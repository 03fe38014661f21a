"""A person is erased beside a controller that runs: it finishes its journal file, and goes on."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callcenter.live.notes import unpack
from callcenter.records.journal.journal import Journal
from callcenter.records.personal.numbers import Form
from callcenter.records.writing.writer import Writer
from tests.records.people import ANN, BOB, told
from tests.records.test_erase import Hotline, everything


@contextmanager
def answering(hotline: Hotline, journal: Journal) -> Iterator[None]:
    """What the control socket of a controller answers to these two requests."""

    class Desk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            request = json.loads(self.rfile.readline())
            if request["do"] == "rotate_journal":
                answer = {"position": journal.rotate()}
            else:
                answer = {"noted": journal.append(unpack(request["facts"]))}
            self.wfile.write(json.dumps({"ok": True} | answer).encode() + b"\n")

    with socketserver.ThreadingUnixStreamServer(str(hotline.node / "control.sock"), Desk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_the_running_controller_s_journal_is_erased_too(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path, f"sqlite:///{tmp_path}/records.db", Form.ENCRYPTED)
    with Journal(hotline.journal, numbers=hotline.at.numbers) as journal:
        writer = Writer(journal, hotline.at)
        writer.start()
        journal.append(told())
        assert writer.wait_folded(journal.position, 60), writer.trouble
        with answering(hotline, journal):
            result = hotline.run("records", "erase", ANN, "--yes", "--json")
        assert result.exit_code == 0, result.output
        assert writer.wait_folded(journal.position, 60), writer.trouble
        left = everything(hotline)
        assert ANN not in left
        assert BOB in left
        # It goes on writing behind what was replaced.
        assert journal.append(told()[-2:]) == len(told()) + 3
        assert writer.close()
    assert hotline.run("records", "rebuild").exit_code == 0
