"""Who gives the commands."""

import getpass
import os


def person() -> str:
    """The person, also behind sudo."""
    return os.environ.get("SUDO_USER") or getpass.getuser()
