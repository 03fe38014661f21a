"""The small working site that a newcomer begins with."""

_SITE = """\
# A hotline. Every key is explained in docs/site.md, or by `callcenter site docs`.
#   callcenter site check    says what is wrong here, all at once
#   callcenter site show     draws where callers get to
#   callcenter up            makes it a running hotline
site: {name}
timezone: Asia/Shanghai
language: zh                    # of the prompts: zh or en

# Sections may move to files of their own: include: [queues.yaml, agents.yaml]

network:
  address: 127.0.0.1            # what phones and trunks reach; this one is for tests

trunks:
  operator:                     # the operator's line; here this machine, for tests with SIPp
    host: 127.0.0.1
    port: 5080
    match: [127.0.0.1]          # calls from this address are the operator's

numbers:
  "12345": {{to: "menu:main", hours: office, closed: "voicemail:main"}}

hours:
  office:
    open: [Mon-Fri 08:30-12:00, Mon-Fri 14:00-17:30]

calendar:
  holidays: []                  # such as {{first: 2027-10-01, last: 2027-10-07, name: 国庆节}}
  workdays: []                  # weekend days that are worked (调休), such as 2027-10-09

menus:
  main:
    prompt: welcome
    keys:
      "1": queue:service
      "9": repeat
      "0": queue:service
    on_invalid: queue:service
    on_timeout: queue:service

prompts:                        # spoken at deployment; or {{file: audio/welcome.wav}}
  welcome: {{text: "您好，欢迎致电。业务咨询请按1，重听请按9，人工服务请按0。"}}

skills:
  service: 业务咨询

queues:
  service:
    label: 业务咨询
    needs: {{service: 1}}         # skill: lowest level that serves
    max_wait: 120s
    overflow: voicemail:main

agents:                         # the phones' passwords are in secrets.yaml, made on this machine
  "1001": {{name: 坐席一, skills: {{service: 5}}}}
  "1002": {{name: 坐席二, skills: {{service: 5}}}}

voicemail:
  main: {{label: 留言, number: "8001"}}
"""

_GITIGNORE = """\
# Passwords of this machine; every machine makes its own.
secrets.yaml
"""


def starter(name: str) -> dict[str, str]:
    """File name -> text of a new site's folder."""
    return {"site.yaml": _SITE.format(name=name), ".gitignore": _GITIGNORE}
