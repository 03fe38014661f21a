"""What Asterisk writes down about calls by itself, in one CSV file of channel events (CEL).

The dialplan writes it, the records read it: calls that never reach the controller are known from
here alone.
"""

from enum import StrEnum

FILE = "/var/log/asterisk/cel-custom/callcenter.csv"


class Column(StrEnum):
    """A column of the file; the value is how Asterisk's mapping names it."""

    TIME = "eventtime"
    """Epoch seconds with six decimals."""
    EVENT = "eventtype"
    """Such as ANSWER; of an event of ours, its name."""
    USER_EVENT = "userdeftype"
    """Name of an event of ours, empty for Asterisk's own."""
    EXTRA = "eventextra"
    """JSON; of an event of ours `{"extra": "A|B"}`."""
    CALLER = "CALLERID(num)"
    EXTENSION = "CHANNEL(exten)"
    CONTEXT = "CHANNEL(context)"
    CHANNEL = "CHANNEL(channame)"
    APPLICATION = "CHANNEL(appname)"
    DATA = "CHANNEL(appdata)"
    ACCOUNT = "CHANNEL(accountcode)"
    UNIQUEID = "CHANNEL(uniqueid)"
    LINKEDID = "CHANNEL(linkedid)"
    PEER = "BRIDGEPEER"
    USERFIELD = "CHANNEL(userfield)"

    @property
    def function(self) -> str:
        """The variable, or the function that gives the value."""
        return self.value.partition("(")[0]

    @property
    def argument(self) -> str:
        """The function's argument, empty for a variable."""
        return self.value.partition("(")[2].rstrip(")")


COLUMNS = tuple(Column)
"""The columns in their order; every field is quoted, `"` is doubled."""


class UserEvent(StrEnum):
    """Events of ours; in brackets what `extra` holds, parts with `|` between them."""

    ARRIVED = "CC_ARRIVED"
    """About to be answered, or turned away (called|language|test); test is 1 or empty."""
    BLOCKED = "CC_BLOCKED"
    """Turned away by the blacklist (kind); kind is number, prefix or pattern of the entry."""
    CLOSED = "CC_CLOSED"
    """Outside the hours (called)."""
    MENU = "CC_MENU"
    """Entered a menu (menu)."""
    KEY = "CC_KEY"
    """Pressed a key there, known or not (menu|key)."""
    REQUEST = "CC_REQUEST"
    """Asked for a human (queue)."""
    FALLBACK = "CC_FALLBACK"
    """The controller was away, so Asterisk's own queue has the call (queue)."""
    OVERFLOW = "CC_OVERFLOW"
    """Left a queue without an agent (queue|cause); cause is a key of Overflow in the site."""
    PLACED = "CC_PLACED"
    """The controller was away, so Asterisk dials for an agent (kind|to): `agent`, `queue` or
    `outside`, and its number or name."""
    OUTSIDE = "CC_OUTSIDE"
    """Led to a number outside (number)."""
    REFUSED = "CC_REFUSED"
    """The queue did not take the call at all (queue|cause); follows OVERFLOW
    for any cause but max_wait."""
    LEFT = "CC_LEFT"
    """Left the line of a queue by a key (queue|cause); cause is `key-` and the key."""
    SURVEY = "CC_SURVEY"
    """Is asked to rate (survey)."""
    ASKED = "CC_ASKED"
    """Hears a question of it (survey|question)."""
    ANSWER = "CC_ANSWER"
    """What came of the question (survey|question|result|rating|key)."""
    TOLD = "CC_TOLD"
    """Was told that the talk may be recorded (queue)."""
    RECORDED = "CC_RECORDED"
    """Asterisk's own queue records this agent's leg (path of the file)."""
    DIRECT = "CC_DIRECT"
    """Sent to one agent without a queue (agent)."""
    VOICEMAIL = "CC_VOICEMAIL"
    """Came to a voicemail box (box)."""
    VOICEMAIL_DONE = "CC_VOICEMAIL_DONE"
    """Left it (box|status); status is Asterisk's VMSTATUS, empty without a message."""
