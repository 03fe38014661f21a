"""A site of any size, for tests and figures of speed."""


def big_site(agents: int = 1000, queues: int = 100) -> dict[str, str]:
    """File name -> text of a sound site: a main menu, one sub-menu for nine queues each."""
    menus = range((queues + 8) // 9)
    return {
        "site.yaml": _main(menus),
        "menus.yaml": "menus:\n" + _main_menu(menus) + "".join(_menu(m, queues) for m in menus),
        "queues.yaml": "skills:\n"
        + "".join(f"  skill-{n}: 技能{n}\n" for n in range(queues))
        + "queues:\n"
        + "".join(_queue(n) for n in range(queues)),
        "agents.yaml": "agents:\n" + "".join(_agent(n, queues) for n in range(agents)),
    }


def _main(menus: range) -> str:
    return (
        "site: big\ninclude: [menus.yaml, queues.yaml, agents.yaml]\n"
        "prompts:\n  welcome: {text: 您好}\n"
        "numbers:\n  12345: {to: menu:main, hours: office, closed: voicemail:night}\n"
        + "".join(f"  {20000 + m}: {{to: menu:group-{m}}}\n" for m in menus)
        + "hours: {office: {open: [Mon-Fri 08:30-12:00, Mon-Fri 14:00-17:30]}}\n"
        "voicemail: {night: {label: 夜间}}\n"
    )


def _main_menu(menus: range) -> str:
    keys = "".join(f"      {key}: menu:group-{key}\n" for key in menus[:9])
    return f"  main:\n    prompt: welcome\n    keys:\n{keys}"


def _menu(menu: int, queues: int) -> str:
    numbers = range(menu * 9, min(menu * 9 + 9, queues))
    keys = "".join(f"      {n - menu * 9 + 1}: queue:queue-{n}\n" for n in numbers)
    return f"  group-{menu}:\n    prompt: welcome\n    keys:\n{keys}      '*': repeat\n"


def _queue(n: int) -> str:
    return (
        f"  queue-{n}:\n    label: 队列{n}\n    needs: {{skill-{n}: {n % 9 + 1}}}\n"
        "    max_wait: 2m\n    overflow: voicemail:night\n"
    )


def _agent(n: int, queues: int) -> str:
    skills = ", ".join(f"skill-{(n + k * 7) % queues}: {9 if k == 0 else k}" for k in range(3))
    return f'  "{100000 + n}": {{name: 坐席{n}, team: team-{n % 20}, skills: {{{skills}}}}}\n'
