"""Terms of reports as wholes, and of the remarks under them; part of the one table of terms."""

from collections.abc import Mapping

from callcenter.kpi.term import Term

REPORTS: Mapping[str, Term] = {
    "summary_hour": Term("时报", "Summary of the hour"),
    "summary_4h": Term("时段报", "Summary of four hours"),
    "summary_day": Term("日报", "Summary of the day"),
    "summary_week": Term("周报", "Summary of the week"),
    "summary_month": Term("月报", "Summary of the month"),
    "summary_quarter": Term("季报", "Summary of the quarter"),
    "summary_year": Term("年报", "Summary of the year"),
    "report_operation": Term("每日运营情况", "Operation of the day"),
    "report_traffic": Term("整体话务分析", "Whole traffic"),
    "report_by_hour": Term("分时话务分析", "Traffic by hour"),
    "report_queues": Term("技能组话务统计", "Queues"),
    "report_agents": Term("坐席话务统计", "Agents"),
    "report_agent_log": Term("坐席工作日志", "Agent log"),
    "report_connection_rate": Term("接通率", "Connection rate"),
    "report_penalties": Term("考核扣款", "Penalties"),
    "report_service_level": Term("坐席服务水平", "Service level"),
    "report_missed": Term("未接来电", "Missed calls"),
    "report_voicemail": Term("客户留言统计", "Voicemail"),
    "report_abandoned": Term("放弃分析", "Abandoned calls"),
    "report_callbacks": Term("漏话回拨", "Missed calls called back"),
    "report_resolution": Term("首次解决率", "First-call resolution"),
    "report_survey": Term("客户满意率分析", "Survey"),
    "report_transfers": Term("转接统计", "Transfers"),
    "report_visits": Term("回访率", "Callback-visits"),
    "report_visits_late": Term("未按时回访", "Not visited in time"),
    "report_bids": Term("外呼请求统计", "Bids"),
    "report_trunks": Term("中继统计", "Trunks"),
    "report_adherence": Term("遵时率", "Adherence"),
    "report_availability": Term("系统可用率", "Availability"),
    "report_rings": Term("振铃统计", "Ring attempts"),
    "report_ring_attempts": Term("振铃明细", "Every ring"),
    "report_estimated_wait": Term("预计等待误差", "Estimated wait"),
}

REMARKS: Mapping[str, Term] = {
    "remark_requests": Term(
        "R:已结束且要求过人工的呼入,按请求时刻归入时段;IVR 内结束、黑名单、拨测、外呼不计",
        "R: inbound calls that asked for a human and have ended, in the window of their request; "
        "not those that ended in the IVR, were blacklisted, tests, or our own calls",
    ),
    "remark_answered": Term(
        "A:其中与座席通话时长大于零的", "A: those of R in which agent and caller talked for > 0 s"
    ),
    "remark_provisional": Term(
        "* 暂定:通话未全部结束,或时段结束未满 24 小时",
        "* provisional: calls have not all ended, or the window ended less than 24 h ago",
    ),
    "remark_few": Term("样本不足:R < 10", "few: fewer than 10 requests"),
    "rule_hour": Term("未达条款:每小时接通率", "rule broken: the connection rate of each hour"),
    "rule_4h": Term(
        "未达条款:每 4 小时时段接通率", "rule broken: the connection rate of each four hours"
    ),
    "rule_day": Term("未达条款:每日接通率", "rule broken: the connection rate of each day"),
    "rule_month": Term("未达条款:每月接通率", "rule broken: the connection rate of each month"),
    "rule_24h": Term("未达条款:连续 24 小时接通率", "rule broken: the rate of any 24 hours"),
    "remark_rolling": Term(
        "每一行为自该时刻起连续 24 小时,相互重叠,故无合计",
        "each line is the 24 hours from its time on; they overlap, so there is no total",
    ),
    "rule_satisfaction": Term("未达条款:满意率", "rule broken: satisfaction"),
    "rule_participation": Term("未达条款:参评率", "rule broken: participation"),
    "rule_fcr": Term("未达条款:首次解决率", "rule broken: first-call resolution"),
    "rule_visits": Term("未达条款:按时回访率", "rule broken: visits in time"),
    "remark_visits": Term(
        "已回访:办结后外呼接通,或外呼三次未接通后已发短信;未满 24 小时未回访的为待回访",
        "visited: reached by a call of ours after the end, or three calls in vain and a message; "
        "pending: not visited, and younger than 24 h",
    ),
    "rule_availability": Term("未达条款:系统可用率", "rule broken: the availability"),
    "remark_bids": Term(
        "每次外拨(含未占到线的)计一次;主备中继各试一次仍计一次",
        "each dialling of a number outside counts once, also one that got no line or tried a "
        "second trunk",
    ),
    "rule_level": Term("未达条款:T 秒内接通率", "rule broken: answers within T, of all requests"),
    "remark_trunks": Term(
        "仅为中继质量:IVR 应答也算应答,不是接通率;未占线的呼叫(中继满、未注册)不在其中",
        "quality of lines only: an IVR that picks up has answered, so this is no connection rate; "
        "calls that got no line (trunk full, not registered) are not among them",
    ),
    "remark_adherence": Term(
        "遵守:排班为 work 时签入且未示忙,排班为某示忙原因时以该原因示忙",
        "kept: signed in and not not-ready where the plan says work; not ready for that reason "
        "where it names one",
    ),
    "remark_down": Term(
        "中断:Asterisk 不在运行;计划维护也计入。控制器离线时由 Asterisk 自带队列接续,不计中断",
        "down: Asterisk did not run, planned work included; while the controller is away "
        "Asterisk's own queues serve the calls: that is not down",
    ),
    "remark_stays": Term(
        "技能组按进入次数统计,各组之和不等于全台",
        "queues are counted by stays, so that they do not add up to the hotline",
    ),
    "remark_reached": Term(
        "漏话回拨:该号码在 24 小时内再次通话,来电或外呼均可;未显示号码的算未回拨",
        "called back: somebody talked with that number within 24 h, whoever called; callers "
        "without a number count as not called back",
    ),
    "remark_pending_day": Term(
        "暂定:部分漏话未满 24 小时", "provisional: some missed calls are younger than 24 h"
    ),
    "remark_pending_week": Term(
        "待定:来电未满 7 天,不计入首次解决率",
        "pending: answered calls younger than 7 days are not in first-call resolution",
    ),
    "remark_no_number": Term(
        "未显示号码的来电不计入首次解决率,人次各计一次",
        "callers without a number are not in first-call resolution; each counts as a caller",
    ),
    "remark_estimates": Term(
        "仅计已接通的来电;偏差为正:预计偏长",
        "of answered calls only; a bias above zero: too long a wait is foretold",
    ),
    "remark_short": Term("不计短放弃", "short abandons are left out"),
}
