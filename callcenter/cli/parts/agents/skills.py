"""callcenter agents skills: change an agent's skills at once."""

from pathlib import Path

import click

from callcenter.cli.parts.common.acting import act, acting, names_of, tell
from callcenter.cli.parts.common.options import Refused, open_site
from callcenter.site.findings import nearest


@click.command()
@click.argument("number", shell_complete=names_of("agents"))
@click.argument("changes", metavar="[SKILL=LEVEL]...", nargs=-1)
@click.option("--end", is_flag=True, help="What is deployed holds again.")
@acting
def skills(
    number: str, changes: tuple[str, ...], end: bool, as_: str, folder: Path, as_json: bool
) -> None:
    """Change skills at once (改技能), such as english=5.

    Level 0 takes a skill away. The change holds, also over restarts, until it is ended or a
    deployment changes the agent's skills.
    """
    site = open_site(folder)
    if number not in site.agents:
        raise Refused(f"there is no agent {number!r}; {nearest(number, site.agents)}")
    if bool(changes) == end:
        raise Refused("name skills with their levels, such as english=5, or --end")
    answer = act(site, "set_skills", as_, agent=number, skills=" ".join(changes))
    tell(answer, f"{number}: {' '.join(changes) or 'as deployed'}", as_json)
