"""What explains that our records and Asterisk's own papers differ about a call."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a difference is none."""

    NATIVE_ONLY = "queue_log knows only calls of Asterisk's own queue"
    CODE = "a feature code, or a call among phones: no call of the hotline"
    GONE = "Asterisk's file of then was removed after its keep time"
    GOES_ON = "the call goes on"
    STOPPED = "Asterisk stopped with the call: its last event is missing"
    NO_MENU = "placed by an agent or a callback: no call to the hotline"
    REFUSED = "refused before Asterisk's own queue wrote its first line"
    LET_GO = "hung up as Asterisk's own queue let the caller go, before he was anywhere else"
    RING_EDGE = "hung up within 0.1 s of a ring's end: in the queue or at the phone"
    MESSAGE = "a message was left after the wait"
    CALLBACK = "a callback was asked for: our call ends with that, and CEL does not know of it"
    APART = "the agent's phone stayed up apart from the caller, until that was mended"
    SURVEY = "the caller was asked for a rating: our call ends with the talk"
    HELD = "the caller heard music for the rest: on hold or while an agent asked somebody"
    MOVED = "handed on or asked about: CEL has no music, and tells the last queue"
    TALKED = "talked with an agent before or after Asterisk's own queue had it"
    AWAY = "the controller was away when it ended, or its talk"
    DIALLED = "the CDR of a call in Asterisk's own queue ends with the last phone that rang"
    HELD_UP = "the call was ended by a restart of Asterisk or of the controller"
