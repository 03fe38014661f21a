"""What `callcenter site trace` asks: the deployed site, its lists, and the words of the command."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from callcenter.cli.parts.common.options import Refused, open_site
from callcenter.pbx.deploy.history import NoVersion
from callcenter.pbx.deploy.release import deployed_site
from callcenter.pbx.node import node_path
from callcenter.pbx.number_log import NumberLog, NumberLogError
from callcenter.site.routing import CAUSES
from callcenter.site.trace import Inquiry, NoWay, Step, trace

_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S")


def told_way(
    folder: Path,
    number: str,
    at: str | None,
    caller: str,
    keys: str,
    causes: str,
    trunk: str,
    *,
    edited: bool,
) -> list[Step]:
    """The way of that call. Raises Refused for what cannot be asked."""
    site = open_site(folder)
    node = node_path(site.site, site.node.path)
    try:
        if not edited:
            site = deployed_site(node).site
        listed = NumberLog(node.path).entries() if node.path.is_dir() else []
        inquiry = Inquiry(
            number,
            _time(at, ZoneInfo(site.timezone)),
            caller,
            _words(keys),
            _known_causes(causes),
            trunk,
        )
        return trace(site, inquiry, listed)
    except (NoWay, NoVersion, NumberLogError) as error:
        raise Refused(str(error)) from None


def _time(text: str | None, zone: ZoneInfo) -> datetime:
    if text is None:
        return datetime.now(zone)
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    raise Refused(f"{text!r} is no time; write '2026-11-20 09:00'")


def _known_causes(text: str) -> list[str]:
    causes = _words(text)
    for cause in causes:
        if cause not in CAUSES:
            raise Refused(f"{cause!r} is no cause of an overflow; choose of {', '.join(CAUSES)}")
    return causes


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
