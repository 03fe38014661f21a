"""The one table of terms: what each figure and heading of a report is called, and its formula.

Formulas use A (人工接通量, answered), R (人工请求量, requests) and T (the site's service level).
"""

from collections.abc import Mapping

from callcenter.kpi.report_terms import REMARKS, REPORTS
from callcenter.kpi.term import Kind, Language, Term
from callcenter.terms import AgentState, Outcome, RingResult

__all__ = ["TERMS", "WORDS", "Kind", "Language", "Term", "term", "word"]


def word(code: str, language: Language) -> str:
    """A word of the records in that language; one that is not known stays as it is."""
    known = WORDS.get(code)
    return code if known is None else known[language == "en"]


def term(key: str) -> Term:
    """The term of that key. Raises KeyError: a report uses no word that stands not here."""
    return TERMS[key]


_COUNT, _PERCENT, _SECONDS = Kind.COUNT, Kind.PERCENT, Kind.SECONDS
_DURATION, _TIME, _NUMBER = Kind.DURATION, Kind.TIME, Kind.NUMBER

_PLACES: Mapping[str, Term] = {
    "window": Term("时段", "Window", _TIME),
    "hour_of_day": Term("钟点", "Hour of day"),
    "queue": Term("技能组", "Queue"),
    "team": Term("班组", "Team"),
    "tenant": Term("租户", "Tenant"),
    "agent": Term("座席", "Agent"),
    "name": Term("姓名", "Name"),
    "trunk": Term("中继", "Trunk"),
    "number": Term("接入码", "Access number"),
    "box": Term("留言信箱", "Box"),
    "survey": Term("满意度问卷", "Survey"),
    "caller": Term("来电号码", "Caller", _NUMBER),
    "called": Term("被叫号码", "Called"),
    "call": Term("通话编号", "Call"),
    "at": Term("时刻", "At", _TIME),
    "from": Term("开始", "From", _TIME),
    "to": Term("结束", "To", _TIME),
    "state": Term("状态", "State", Kind.CODE),
    "reason": Term("原因", "Reason"),
    "result": Term("结果", "Result", Kind.CODE),
    "outcome": Term("结果", "Outcome", Kind.CODE),
    "handled": Term("处理", "Handled", Kind.CODE),
    "handled_by": Term("处理人", "Handled by"),
    "note": Term("备注", "Note"),
    "length": Term("时长", "Length", _DURATION),
    "how": Term("方式", "How", Kind.CODE),
    "target": Term("转往", "To"),
    "threshold": Term("标准", "Threshold", _PERCENT),
    "met": Term("达标", "Met", Kind.CODE),
    "penalty": Term("考核项", "Penalty"),
    "part": Term("达标量", "Part", Kind.COUNT),
    "whole": Term("考核量", "Of", Kind.COUNT),
    "rate": Term("考核结果", "Rate", _PERCENT, "达标量 part / 考核量 of, 豁免后 after exemptions"),
    "points_up": Term("扣分(不足1按1)", "Points, parts as one", Kind.COUNT),
    "points_down": Term("扣分(不足1不计)", "Points, whole only", Kind.COUNT),
    "points": Term("计扣分", "Points that count", Kind.COUNT),
    "fee": Term("扣款比例", "Of the fee"),
    "left_out": Term("剔除月份", "Months left out"),
    "total": Term("合计", "Total"),
    "bucket": Term("等待时长", "Wait"),
}

_TRAFFIC: Mapping[str, Term] = {
    "inbound": Term("呼入量", "Inbound", _COUNT),
    "requests": Term("人工请求量 R", "Requests R", _COUNT),
    "answered": Term("人工接通量 A", "Answered A", _COUNT),
    "abandoned": Term("放弃量", "Abandoned", _COUNT),
    "lost": Term("呼损量", "Not answered", _COUNT, "R − A"),
    "ivr_end": Term("IVR 内结束", "Ended in IVR", _COUNT),
    "blacklisted": Term("黑名单拦截", "Blacklisted", _COUNT),
    "test": Term("拨测", "Test calls", _COUNT),
    "open": Term("进行中", "In progress", _COUNT),
    "short_abandons": Term("短放弃", "Short abandons", _COUNT),
    "connection_rate": Term("接通率", "Connection rate", _PERCENT, "A / R"),
    "assessed_rate": Term(
        "考核接通率", "Assessed rate", _PERCENT, "A / R, 豁免后 after exemptions"
    ),
    "assessed_requests": Term("考核请求量", "Assessed R", _COUNT),
    "exempted": Term("豁免原因", "Exempt", Kind.CODE),
    "rule": Term("未达标条款", "Rule broken"),
    "gross_rate": Term("毛接通率", "Gross rate", _PERCENT, "A / (呼入 inbound − 拨测 tests)"),
    "loss_rate": Term("呼损率", "Loss rate", _PERCENT, "(R − A) / R"),
    "abandon_rate": Term("放弃率", "Abandon rate", _PERCENT, "放弃 abandoned / R"),
    "sl_a": Term("及时接通率 A", "Service level A", _PERCENT, "A(≤T) / R"),
    "sl_b": Term("及时接通率 B", "Service level B", _PERCENT, "A(≤T) / A"),
    "sl_c": Term("及时接通率 C", "Service level C", _PERCENT, "A(≤T) / (R − 放弃 abandoned(≤T))"),
    "sl_d": Term("及时接通率 D", "Service level D", _PERCENT, "(A + 放弃 abandoned)(≤T) / R"),
    "sl_15": Term("15 秒接通率", "Within 15 s", _PERCENT, "A(≤15 s) / R"),
    "sl_20": Term("20 秒接通率", "Within 20 s", _PERCENT, "A(≤20 s) / R"),
    "asa": Term("平均应答速度", "ASA s", _SECONDS, "Σ wait(A) / A"),
    "mean_wait": Term("平均等待", "Mean wait s", _SECONDS, "Σ wait(R) / R"),
    "mean_abandon_wait": Term("放弃前等待", "Abandon wait s", _SECONDS),
    "aht": Term("平均处理时长", "AHT s", _SECONDS, "(通话 talk + 保持 hold + 话后 wrap-up) / A"),
    "calls": Term("通话量", "Calls", _COUNT),
    "share": Term("占比", "Share", _PERCENT),
}

_OUTCOMES: Mapping[str, Term] = {
    Outcome.ABANDONED_QUEUE: Term("排队放弃", "Abandoned in queue", _COUNT),
    Outcome.ABANDONED_RING: Term("振铃放弃", "Abandoned ringing", _COUNT),
    Outcome.TIMEOUT: Term("排队超时", "Timed out", _COUNT),
    Outcome.VOICEMAIL: Term("溢出留言", "Voicemail", _COUNT),
    Outcome.CALLBACK_REQUESTED: Term("预约回呼", "Callback asked", _COUNT),
    Outcome.REFUSED_FULL: Term("队列满", "Queue full", _COUNT),
    Outcome.REFUSED_NOAGENT: Term("无人值守", "Nobody there", _COUNT),
    Outcome.SYSTEM_FAIL: Term("平台中断", "Platform failed", _COUNT),
}

_AGENTS: Mapping[str, Term] = {
    "signed_in": Term("在线时长", "Signed in", _DURATION),
    "not_ready": Term("示忙时长", "Not ready", _DURATION),
    "talk": Term("通话时长", "Talk", _DURATION),
    "hold": Term("保持时长", "Hold", _DURATION),
    "wrap_up": Term("话后时长", "Wrap-up", _DURATION),
    "ringing": Term("振铃时长", "Ringing", _DURATION),
    "idle": Term("空闲时长", "Idle", _DURATION),
    "first_sign_in": Term("首次签入", "First sign-in", _TIME),
    "last_sign_out": Term("末次签出", "Last sign-out", _TIME),
    "occupancy": Term("占用率", "Occupancy", _PERCENT, "(talk + hold + wrap-up) / (在线 − 示忙)"),
    "occupancy_ring": Term(
        "占用率(含振铃)",
        "With ringing",
        _PERCENT,
        "(talk + hold + wrap-up + ringing) / (在线 − 示忙)",
    ),
    "utilisation": Term("利用率", "Utilisation", _PERCENT, "(talk + hold + wrap-up) / 在线"),
    "planned": Term("排班时长", "Planned", _DURATION),
    "kept": Term("遵守时长", "Kept", _DURATION),
    "adherence": Term("遵时率", "Adherence", _PERCENT, "遵守 kept / 排班 planned"),
    "rings": Term("振铃次数", "Rings", _COUNT),
    "rings_answered": Term("应答次数", "Answered rings", _COUNT),
    "rings_missed": Term("未应答次数", "Missed rings", _COUNT),
    "caller_gone": Term("来电先挂", "Caller gone", _COUNT),
    "elsewhere": Term("他人接起", "Taken by another", _COUNT),
    "answer_rate": Term("应答率", "Answer rate", _PERCENT, "answered / (answered + missed) rings"),
    "outbound": Term("外呼量", "Calls out", _COUNT),
    "transferred": Term("转出", "Transferred", _COUNT),
    "received": Term("转入", "Received", _COUNT),
    "consulted": Term("咨询", "Consults", _COUNT),
    "sip_code": Term("SIP 代码", "SIP code", _COUNT),
    "why": Term("选择依据", "Why"),
}

_CARE: Mapping[str, Term] = {
    "invited": Term("邀评量", "Invited", _COUNT),
    "rated": Term("参评量", "Rated", _COUNT),
    "satisfied": Term("满意", "Satisfied", _COUNT),
    "fairly": Term("比较满意", "Fairly satisfied", _COUNT),
    "not_satisfied": Term("不满意", "Not satisfied", _COUNT),
    "wrong_key": Term("按错键", "Wrong key", _COUNT),
    "no_key": Term("未按键", "No key", _COUNT),
    "participation": Term("参评率", "Participation", _PERCENT, "参评 rated / A"),
    "participation_invited": Term(
        "邀请参评率", "Of invited", _PERCENT, "参评 rated / 邀评 invited"
    ),
    "satisfaction": Term("满意率", "Satisfaction", _PERCENT, "(满意 + 比较满意) / 参评 rated"),
    "only_satisfied": Term("仅满意", "Only satisfied", _PERCENT, "满意 satisfied / 参评 rated"),
    "missed": Term("漏话量", "Missed calls", _COUNT),
    "called_back": Term(
        "漏话回拨率", "Called back", _PERCENT, "24 小时内接通 reached in 24 h / missed"
    ),
    "fcr": Term(
        "首次解决率",
        "First-call resolution",
        _PERCENT,
        "7 天内未再来电 no call again in 7 d / 满 7 天的 A older than 7 d",
    ),
    "reached": Term("已回拨", "Reached again", _COUNT),
    "reached_at": Term("回拨时刻", "Reached at", _TIME),
    "after_callback": Term(
        "回拨后接通率", "After callback", _PERCENT, "(A + 24 小时内接通 reached in 24 h) / R"
    ),
    "fcr_pending": Term("待定", "Pending", _COUNT),
    "fcr_settled": Term("可判定", "Settled", _COUNT),
    "fcr_solved": Term("未再来电", "No call again", _COUNT),
    "unique_callers": Term(
        "来电人次", "Callers", _COUNT, "同号 10 分钟内计一次 one number in 10 min counts once"
    ),
    "unique_rate": Term(
        "按人次接通率", "Rate by callers", _PERCENT, "接通人次 callers answered / 人次 callers"
    ),
    "foretold": Term("预计等待", "Foretold s", _SECONDS),
    "waited": Term("实际等待", "Waited s", _SECONDS),
    "mean_error": Term("平均误差", "Mean error s", _SECONDS, "|预计 foretold − 实际 waited|, mean"),
    "bias": Term("偏差", "Bias s", _SECONDS, "(预计 foretold − 实际 waited), mean"),
    "worst_error": Term("最大误差", "Worst error s", _SECONDS),
    "near": Term("误差一分钟内", "Within 60 s", _PERCENT, "误差 error ≤ 60 s / 通话量 calls"),
    "seizures": Term("占用次数", "Seizures", _COUNT),
    "answers": Term("应答次数", "Answers", _COUNT),
    "direction": Term("方向", "Direction", Kind.CODE),
    "no_answer_count": Term("无应答", "No answer", _COUNT),
    "busy_count": Term("用户忙", "Busy", _COUNT),
    "rejected_count": Term("被拒", "Rejected", _COUNT),
    "failed_count": Term("网络失败", "Network failed", _COUNT),
    "down_left": Term(
        "剩余容许中断", "Down time left", _DURATION, "按标准 by the threshold, 0: 用尽 used up"
    ),
    "reliability": Term("可靠性标准", "Reliability", _PERCENT),
    "reliability_met": Term("可靠性达标", "Reliability met", Kind.CODE),
    "cases": Term("办结量", "Closed cases", _COUNT),
    "visit_pending": Term("待回访", "Pending", _COUNT),
    "visit_due": Term("应回访", "Due", _COUNT),
    "visited": Term("已回访", "Visited", _COUNT),
    "visited_rate": Term("回访率", "Visited", _PERCENT, "已回访 visited / 应回访 due"),
    "on_time_rate": Term("按时回访率", "In time", _PERCENT, "24 小时内 in 24 h / 应回访 due"),
    "reached_rate": Term("按时接通率", "Reached in time", _PERCENT, "不计短信 without messages"),
    "closed_at": Term("办结时刻", "Closed at", _TIME),
    "tries": Term("拨打次数", "Tries", _COUNT),
    "message_at": Term("短信时刻", "Message at", _TIME),
    "visited_at": Term("回访时刻", "Visited at", _TIME),
    "bids": Term("外呼请求", "Bids", _COUNT),
    "abr": Term("ABR", "ABR", _PERCENT, "应答 answers / 外呼请求 bids"),
    "down": Term("中断时长", "Down", _DURATION),
    "outages": Term("中断次数", "Outages", _COUNT),
    "controller_away": Term("控制器离线", "Controller away", _DURATION),
    "availability": Term(
        "系统可用率", "Availability", _PERCENT, "(时段 window − 中断 down) / 时段 window"
    ),
    "asr": Term("ASR", "ASR", _PERCENT, "应答 answers / 占用 seizures"),
    "ner": Term("NER", "NER", _PERCENT, "1 − 网络失败 network failures / seizures"),
}

TERMS: Mapping[str, Term] = {
    **_PLACES, **_TRAFFIC, **_OUTCOMES, **_AGENTS, **_CARE, **REPORTS, **REMARKS,
}  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {
    "ok": ("达标", "ok"),
    "breach": ("未达标", "breach"),
    "n/a": ("不适用", "n/a"),
    "exempt": ("豁免", "exempt"),
    "forecast": ("超预测", "above forecast"),
    "force_majeure": ("不可抗力", "force majeure"),
    "outage": ("故障", "outage"),
    "policy": ("政策调整", "policy"),
    "emergency": ("突发事件", "emergency"),
    "few": ("(样本不足)", "(few)"),
    Outcome.ANSWERED: ("人工接通", "answered"),
    Outcome.ABANDONED_QUEUE: ("排队放弃", "abandoned in queue"),
    Outcome.ABANDONED_RING: ("振铃放弃", "abandoned ringing"),
    Outcome.TIMEOUT: ("排队超时", "timed out"),
    Outcome.VOICEMAIL: ("溢出留言", "voicemail"),
    Outcome.CALLBACK_REQUESTED: ("预约回呼", "callback asked"),
    Outcome.REFUSED_FULL: ("队列满", "queue full"),
    Outcome.REFUSED_NOAGENT: ("无人值守", "nobody there"),
    Outcome.SYSTEM_FAIL: ("平台中断", "platform failed"),
    Outcome.IVR_END: ("IVR 内结束", "ended in IVR"),
    Outcome.BLACKLISTED: ("黑名单拦截", "blacklisted"),
    Outcome.OUTBOUND: ("人工外呼", "call out"),
    AgentState.SIGNED_OUT: ("签出", "signed out"),
    AgentState.READY: ("示闲", "ready"),
    AgentState.NOT_READY: ("示忙", "not ready"),
    AgentState.RESERVED: ("预占", "reserved"),
    AgentState.RINGING: ("振铃", "ringing"),
    AgentState.TALKING: ("通话", "talking"),
    AgentState.WRAP_UP: ("话后处理", "wrap-up"),
    RingResult.NO_ANSWER: ("无应答", "no answer"),
    RingResult.BUSY: ("忙", "busy"),
    RingResult.DECLINED: ("拒接", "declined"),
    RingResult.UNREACHABLE: ("不可达", "unreachable"),
    RingResult.FAILED: ("失败", "failed"),
    RingResult.MACHINE: ("应答机", "machine"),
    RingResult.CALLER_GONE: ("来电先挂", "caller gone"),
    RingResult.ELSEWHERE: ("他人接起", "taken by another"),
    "blind": ("盲转", "blind"),
    "attended": ("咨询转", "attended"),
    "take_over": ("接管", "taken over"),
    "moved": ("移队", "moved"),
    "sent": ("已送达", "sent"),
    "refused": ("被拒", "refused"),
    "unanswered": ("未接通", "unanswered"),
    "called_back": ("已回拨", "called back"),
    "in": ("呼入", "in"),
    "out": ("呼出", "out"),
    "by_hand": ("人工处理", "by hand"),
}
"""Values as they stand in the records -> Chinese, English."""
