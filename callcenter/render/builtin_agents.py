"""What is said to agents, in Chinese and English, without the site having to say it."""

from collections.abc import Mapping

from callcenter.render.numerals import chinese

_TEENS = range(11, 20)
_TENS = range(30, 100, 10)

_ZH_WORDS: Mapping[str, str] = {
    "enter-pin": "请输入密码，按井号键结束。",
    "wrong-pin": "密码错误。",
    "too-many-not-ready": "操作未成功：本组示忙人数已满，请稍后再试。",
    "extended": "话后处理已延长。",
    "held": "通话已保持。",
    "retrieved": "通话已恢复。",
    "noted": "已记录。",
    "not-permitted": "您没有此权限。",
    "no-talk": "该坐席不在通话中。",
    "supervision-over": "监听结束。",
    "done": "操作成功。",
    "closed-now": "紧急关闭已开启。",
    "open-again": "紧急关闭已解除。",
    "supervisor-called": "正在呼叫班长。",
    "no-supervisor": "暂无班长接听。",
    "recording-paused": "录音已暂停。",
    "recording-resumed": "录音已恢复。",
    "today-answered": "您今天接听了",
    "unit-call": "个电话。",
    "unit-calls": "个电话。",
    "talk-time": "通话时长",
    "unit-minute": "分钟。",
    "unit-minutes": "分钟。",
    "average-talk": "平均每个",
    "unit-second": "秒。",
    "unit-seconds": "秒。",
    "n-both": "两",
    "n-ten": "十",
    "n-hundred": "百",
    "n-thousand": "千",
    "n-myriad": "万",
    "n-million": "百万",
    "digit-1": "幺",
}
_EN_WORDS: Mapping[str, str] = {
    "enter-pin": "Please enter your pin, and press hash.",
    "wrong-pin": "That pin is wrong.",
    "too-many-not-ready": "Too many of your team are not ready. You stay as you are.",
    "extended": "You have more time.",
    "held": "On hold.",
    "retrieved": "You are back.",
    "noted": "Noted.",
    "not-permitted": "You are not permitted to do that.",
    "no-talk": "That agent is not in a call.",
    "supervision-over": "The call has ended.",
    "done": "Done.",
    "closed-now": "The emergency closure has begun.",
    "open-again": "The emergency closure has ended.",
    "supervisor-called": "Your supervisor is being called.",
    "no-supervisor": "No supervisor answers.",
    "recording-paused": "The recording is paused.",
    "recording-resumed": "The recording goes on.",
    "today-answered": "Today you answered",
    "unit-call": "call.",
    "unit-calls": "calls.",
    "talk-time": "You talked for",
    "unit-minute": "minute,",
    "unit-minutes": "minutes,",
    "average-talk": "on average",
    "unit-second": "second a call.",
    "unit-seconds": "seconds a call.",
    "n-both": "2",
    "n-ten": "ten",
    "n-hundred": "hundred",
    "n-thousand": "thousand",
    "n-myriad": "ten thousand",
    "n-million": "million",
    "digit-1": "1",
}

# Chinese numbers need no word between ten and twenty; the names are the same in each language.
# `n-both` is two of something, `digit-1` the one in a telephone number.
_SPOKEN = (*range(11), *_TEENS, 20, *_TENS)


ZH = {**_ZH_WORDS, **{f"n-{value}": chinese(value) for value in _SPOKEN}}
EN = {**_EN_WORDS, **{f"n-{value}": str(value) for value in _SPOKEN}}
