"""What can go wrong between us and an Asterisk, named by what the caller of a request can do."""


class PbxError(Exception):
    """Any failure of a request to Asterisk."""


class PbxGone(PbxError):
    """The channel, bridge, playback or member that was meant is not there (any more).

    Calls end at any moment, so this is a normal answer, not a fault.
    """


class BridgeGone(PbxGone):
    """The bridge is not there, or is just ending: what was to enter it is where it was."""


class PbxRefused(PbxError):
    """Asterisk understood the request and said no; the words are Asterisk's.

    `code` is the HTTP status on ARI, None on AMI, which has no codes.
    """

    def __init__(self, words: str, code: int | None = None) -> None:
        super().__init__(words)
        self.code = code


class PbxLost(PbxError):
    """There is no connection (any more), or no answer came in time.

    Whether the request was carried out is unknown: connect again and look.
    """
