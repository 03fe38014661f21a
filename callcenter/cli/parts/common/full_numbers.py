"""Whole numbers in listings and exports: for those whom the site lets see them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from callcenter.cli.parts.common.options import Refused, open_site
from callcenter.pbx.person import person
from callcenter.site.model import Site

_Command = TypeVar("_Command", bound=Callable[..., Any])


def full_numbers_option(variable: str = "full_numbers") -> Callable[[_Command], _Command]:
    """Adds `--full-numbers`, refused to whom the site does not let see whole numbers; the command
    gets it by that name, and must have `folder` from `site_option`."""

    def add(command: _Command) -> _Command:
        @wraps(command)
        def checked(*args: Any, **given: Any) -> Any:
            if given[variable]:
                may_see_numbers(open_site(given["folder"]))
            return command(*args, **given)

        option = click.option(
            "--full-numbers", variable, is_flag=True, help="Do not mask callers' numbers."
        )
        return option(checked)  # type: ignore[return-value]

    return add


def may_see_numbers(site: Site, who: str | None = None) -> None:
    """Refuse who is not among those of `records.unmasked`."""
    who = who or person()
    seeing = site.records.unmasked
    if seeing is not None and who not in seeing:
        raise Refused(
            f"{who} sees masked numbers only; the site says who sees whole ones (records.unmasked)"
        )
