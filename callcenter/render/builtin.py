"""What is said without the site having to say it, in Chinese and English.

A site's prompt of the same name takes the place of the one here, in its language.
"""

from types import MappingProxyType

from callcenter.render import builtin_agents, builtin_callers
from callcenter.render.numerals import chinese, chinese_amount

POSITIONS = 20
"""Places in the queue that are told exactly; above that, `position-more`."""

GOODBYE = "goodbye"
CLOSED = "closed"
BUSY = "all-agents-busy"
WRONG_KEY = "wrong-key"
PLEASE_WAIT = "please-wait"
GREETING = "voicemail-greeting"
UNAVAILABLE = "unavailable"
RECORDED = "recorded"
POSITION_MORE = "position-more"
BLOCKED = "blocked"
SURVEY_QUESTION = "survey-question"
SURVEY_THANKS = "survey-thanks"
CALLBACK_AGREED = "callback-agreed"

SAID_TO_AGENTS = ("signed-in", "signed-out", "ready", "not-ready", "refused", UNAVAILABLE)
"""Answers to the codes that agents dial."""


ESTIMATES_MIN = (1, 2, 3, 5, 8, 10, 15, 20, 30)
"""Waits that are told, in minutes, rounded up; above the last one, `wait-more`."""
_WAIT_MORE = "wait-more"


def estimate(wait_s: float) -> str:
    """Name of the prompt that tells a waiting caller the wait to expect."""
    told = (minutes for minutes in ESTIMATES_MIN if wait_s <= 60 * minutes)
    minutes = next(told, None)
    return _WAIT_MORE if minutes is None else f"wait-{minutes}"


def position(place: int) -> str:
    """Name of the prompt that tells a waiting caller his place; 1 is next."""
    return f"position-{place}" if place <= POSITIONS else POSITION_MORE


_ZH = {
    GOODBYE: "感谢您的来电，再见。",
    CLOSED: "您好，现在是非工作时间，请在工作时间来电。感谢您的来电，再见。",
    BUSY: "对不起，坐席全忙，请稍后再拨。感谢您的来电，再见。",
    WRONG_KEY: "您的输入有误，请重新选择。",
    PLEASE_WAIT: "坐席正忙，请您耐心等待。",
    GREETING: "您好，暂时无法接听您的来电。请在提示音后留言，留言结束请挂机。",
    RECORDED: "为保证服务质量，您的通话可能会被录音。",
    BLOCKED: "对不起，您的来电无法接通。",
    UNAVAILABLE: "系统暂时不可用，请稍后再试。",
    "signed-in": "签入成功，您已示闲。",
    "signed-out": "您已签出。",
    "ready": "您已示闲。",
    "not-ready": "您已示忙。",
    "refused": "操作未成功。",
    "position-1": "您是下一位，请稍候。",
    POSITION_MORE: f"您前面还有{chinese(POSITIONS)}位以上来电者，请耐心等待，或稍后再拨。",
    _WAIT_MORE: "预计等待时间超过半小时，建议您稍后再拨。",
} | {position(n): f"您现在排在第{chinese(n)}位，请耐心等待。" for n in range(2, POSITIONS + 1)}
_ZH |= {estimate(60.0 * n): f"预计等待时间不超过{chinese_amount(n)}分钟。" for n in ESTIMATES_MIN}

_EN = {
    GOODBYE: "Thank you for calling. Goodbye.",
    CLOSED: "We are closed now. Please call again during opening hours. Goodbye.",
    BUSY: "We are sorry, all agents are busy. Please call again later. Goodbye.",
    WRONG_KEY: "That key is not in use. Please try again.",
    PLEASE_WAIT: "All agents are busy. Please hold the line.",
    GREETING: "We cannot take your call now. Please leave a message after the tone, then hang up.",
    RECORDED: "To keep our service good, this call may be recorded.",
    BLOCKED: "We are sorry, your call cannot be connected.",
    UNAVAILABLE: "The system is not available now. Please try again in a moment.",
    "signed-in": "You are signed in, and ready.",
    "signed-out": "You are signed out.",
    "ready": "You are ready.",
    "not-ready": "You are not ready.",
    "refused": "That could not be done.",
    "position-1": "You are the next caller. Please hold the line.",
    POSITION_MORE: f"{POSITIONS} callers or more are before you. Please hold, or call later.",
    _WAIT_MORE: "The wait may be more than half an hour. You may want to call later.",
} | {position(n): f"You are number {n} in the queue. Please hold." for n in range(2, POSITIONS + 1)}
_EN |= {
    estimate(60.0 * n): f"Your wait should be no longer than {n} minute{'s' * (n > 1)}."
    for n in ESTIMATES_MIN
}

TEXTS = MappingProxyType(
    {
        "zh": {**_ZH, **builtin_agents.ZH, **builtin_callers.ZH},
        "en": {**_EN, **builtin_agents.EN, **builtin_callers.EN},
    }
)
"""Language -> name -> text; every language has the same names."""
