"""What callers hear in surveys and about callbacks; a part of builtin.py."""

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "survey-question": "请对本次服务进行评价：满意请按1，较满意请按2，不满意请按3。",
    "survey-thanks": "感谢您的评价，再见。",
    "callback-offer": "坐席全忙，您可以预约回呼。",
    "callback-number": "我们将回拨以下号码：",
    "callback-confirm": "确认请按1，更换号码请按2。",
    "callback-enter": "请输入回拨号码，以井号键结束。",
    "callback-refused": "该号码无法回拨。",
    "callback-kept": "您仍在排队，请稍候。",
    "callback-agreed": "预约成功，轮到您时我们会给您回电。再见。",
    "callback-greeting": "您好，这里是服务热线，您预约了回呼。",
    "callback-press": "接通坐席请按1。",
}
EN: Mapping[str, str] = {
    "survey-question": "Please rate our service. Press 1 for satisfied, 2 for fairly satisfied, "
    "3 for not satisfied.",
    "survey-thanks": "Thank you for your answer. Goodbye.",
    "callback-offer": "All agents are busy. We can call you back instead.",
    "callback-number": "We will call you back at this number:",
    "callback-confirm": "Press 1 to confirm, or 2 to give another number.",
    "callback-enter": "Please enter the number, and press hash.",
    "callback-refused": "We cannot call that number.",
    "callback-kept": "You keep your place in the queue. Please hold.",
    "callback-agreed": "We will call you back when it is your turn. Goodbye.",
    "callback-greeting": "Hello. This is the hotline. You asked us to call you back.",
    "callback-press": "Press 1 to talk to an agent.",
}
