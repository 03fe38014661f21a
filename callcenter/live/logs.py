"""Where the controller's words go: standard error, and its log."""

import logging
import os
import sys
from logging.handlers import WatchedFileHandler
from pathlib import Path

_FORM = "%(asctime)s %(levelname)s %(message)s"


def log_to(file: Path) -> None:
    """Log to standard error and to a file, which may be rotated."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o640))  # callers' numbers are not for all
    logging.basicConfig(
        level=logging.INFO,
        format=_FORM,
        handlers=[logging.StreamHandler(sys.stderr), WatchedFileHandler(file)],
        force=True,
    )
    # Libraries tell each request; their warnings are enough.
    for library in ("aioari", "aioswagger11", "aiohttp", "alembic", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
