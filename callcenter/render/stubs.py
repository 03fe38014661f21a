"""Files that Asterisk asks for at its start and that have nothing to say.

Without them its log begins with errors, among which a real one would not be seen.
"""

_TEXT = "; Nothing is set here; without this file, Asterisk's log would begin with an error.\n"

STUBS = dict.fromkeys(
    ("ccss.conf", "pjproject.conf", "queuerules.conf", "udptl.conf", "websocket_client.conf"), _TEXT
)
