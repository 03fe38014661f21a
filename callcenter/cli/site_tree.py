"""The tree that `callcenter site show` draws."""

from rich.text import Text
from rich.tree import Tree

from callcenter.site.model import AccessNumber, Hours, Queue, Site
from callcenter.site.staff import can_serve
from callcenter.site.types import Destination, To, format_duration


def site_tree(site: Site) -> Tree:
    """Where callers get to, who serves them, and what agents dial."""
    root = Tree(Text.assemble((site.site, "bold"), f"  {site.timezone}, {site.language}"))
    numbers = root.add(Text("numbers", style="bold"))
    drawn: set[str] = set()
    for number, access in site.numbers.items():
        line = _line(number, access.language or "", access.tenant and f"tenant {access.tenant}")
        _number(numbers.add(line), site, access, drawn)
    for name in site.menus:
        if name not in drawn:
            _menu(numbers.add(_line(f"menu:{name}", "no number leads here")), site, name, drawn)
    _queues(root.add(Text("queues", style="bold")), site)
    if site.number_lists:
        lists = root.add(Text("lists of numbers", style="bold"))
        for name, each in site.number_lists.items():
            lists.add(_line(name, each.label, f"priority {each.priority:+d}"))
    _teams(root.add(Text("agents", style="bold")), site)
    boxes = root.add(Text("voicemail", style="bold"))
    for name, box in site.voicemail.items():
        heard = f"heard by {site.feature_codes.voicemail}{box.number}" if box.number else ""
        boxes.add(_line(name, box.label, heard))
    _codes(root.add(Text("codes on agents' phones", style="bold")), site)
    return root


def _line(name: str, *details: str) -> Text:
    """A node's text; it is never read as markup, whatever a label holds."""
    text = Text(name, style="cyan")
    for detail in filter(None, details):
        text.append(f"  {detail}", style="default")
    return text


def _number(branch: Tree, site: Site, access: AccessNumber, drawn: set[str]) -> None:
    if access.hours is None or access.closed is None:
        _destination(branch, site, "always →", access.to, drawn)
        return
    hours = site.hours[access.hours]
    _destination(branch, site, f"{_spans(hours)} →", access.to, drawn)
    _destination(branch, site, "otherwise →", access.closed, drawn)


def _spans(hours: Hours) -> str:
    return ", ".join(hours.open) + (" but on holidays" if hours.holidays else "")


def _destination(branch: Tree, site: Site, how: str, to: Destination, drawn: set[str]) -> None:
    """One way to go; a menu is drawn where it is met first."""
    again = to.to is To.MENU and to.name in drawn
    label = _label(site, to)
    node = branch.add(Text.assemble(how, " ", (str(to), "cyan"), f"  {label}" if label else ""))
    if again:
        node.label = Text.assemble(how, " ", (str(to), "cyan"), "  (above)")
    elif to.to is To.MENU:
        _menu(node, site, to.name, drawn)


def _label(site: Site, to: Destination) -> str:
    if to.to is To.QUEUE:
        return site.queues[to.name].label
    if to.to is To.VOICEMAIL:
        return site.voicemail[to.name].label
    if to.to is To.AGENT:
        return site.agents[to.name].name
    return ""


def _menu(branch: Tree, site: Site, name: str, drawn: set[str]) -> None:
    drawn.add(name)
    menu = site.menus[name]
    for key, choice in menu.keys.items():
        how = f"{key}, priority {choice.priority:+d} →" if choice.priority else f"{key} →"
        _destination(branch, site, how, choice.to, drawn)
    _destination(branch, site, f"{menu.tries} wrong keys →", menu.on_invalid, drawn)
    quiet = f"{menu.tries} × {format_duration(menu.timeout)} no key →"
    _destination(branch, site, quiet, menu.on_timeout, drawn)


def _queues(branch: Tree, site: Site) -> None:
    for name, queue in site.queues.items():
        able = sum(can_serve(agent, queue) for agent in site.agents.values())
        node = branch.add(_line(name, queue.label, f"{able} agents"))
        needs = str(queue.needs) if queue.needs.skills() else "nothing"
        node.add(f"needs {needs}; {queue.strategy}, priority {queue.priority}")
        node.add(_waiting(queue))


def _waiting(queue: Queue) -> str:
    limit = format_duration(queue.max_wait) if queue.max_wait is not None else "for ever"
    length = f", {queue.max_length} callers" if queue.max_length is not None else ""
    special = "".join(f", {to} ({cause})" for cause, to in queue.overflow.special())
    keys = "".join(f", key {key} → {to}" for key, to in queue.keys.items())
    survey = f"; survey {queue.survey}" if queue.survey is not None else ""
    return f"waits {limit}{length}, then {queue.overflow.default}{special}{keys}{survey}"


def _teams(branch: Tree, site: Site) -> None:
    teams: dict[str, list[str]] = {}
    for number, agent in site.agents.items():
        teams.setdefault(agent.team or "no team", []).append(number)
    for team, numbers in teams.items():
        node = branch.add(_line(team, f"{len(numbers)} agents"))
        for number in numbers:
            agent = site.agents[number]
            skills = ", ".join(f"{skill} {level}" for skill, level in agent.skills.items())
            node.add(_line(number, agent.name, skills))


def _codes(branch: Tree, site: Site) -> None:
    codes = site.feature_codes
    for name in type(codes).model_fields:
        code = getattr(codes, name)
        if isinstance(code, str):
            branch.add(_line(code, name.replace("_", " ")))
    keys = codes.in_talk
    for name in type(keys).model_fields if keys.enabled else ():
        code = getattr(keys, name)
        if isinstance(code, str):
            branch.add(_line(code, f"in a talk: {name.replace('_', ' ')}"))
    for key, reason in site.not_ready_reasons.items():
        branch.add(_line(codes.not_ready + key, f"not ready: {reason}"))
