"""Where the controller's words go: standard error, and controller.log in the node."""

import logging
import sys
from logging.handlers import WatchedFileHandler
from pathlib import Path

LOG = "controller.log"
_FORM = "%(asctime)s %(levelname)s %(message)s"


def log_to(folder: Path) -> None:
    """Log to standard error and to a file of that folder, which may be rotated."""
    logging.basicConfig(
        level=logging.INFO,
        format=_FORM,
        handlers=[logging.StreamHandler(sys.stderr), WatchedFileHandler(folder / LOG)],
        force=True,
    )
    # Libraries tell each request; their warnings are enough.
    for library in ("aioari", "aioswagger11", "aiohttp", "alembic", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
