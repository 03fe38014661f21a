"""What the controller takes from a site: the floor's plan, queues' music and labels, prompts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.acd.commands import AnnouncePosition
from callcenter.acd.plan import Plan
from callcenter.acd.site_plan import plan_of
from callcenter.live.calls.queue_dress import QueueDress
from callcenter.pbx.deploy.release import deployed_site
from callcenter.pbx.node import node_path
from callcenter.pbx.site_files import read_site
from callcenter.render import builtin
from callcenter.site.model import Site


@dataclass(frozen=True, slots=True)
class Deployed:
    """A site as the controller works by it."""

    site: Site
    plan: Plan
    queues: Mapping[str, QueueDress]
    paths: Mapping[tuple[str, str], str]
    """(prompt, language) -> path; language "" is the channel's own."""

    def prompt(self, name: str) -> str:
        """A prompt as ARI names it, in the language of whoever hears it."""
        return f"sound:{self.paths[name, '']}"

    def announcement(self, told: AnnouncePosition) -> list[str]:
        """What tells a caller how he stands: his place, the wait to expect, a comfort message."""
        names = [builtin.position(told.position)] if told.position is not None else []
        if told.estimate_s is not None:
            names.append(builtin.estimate(told.estimate_s))
        return [self.prompt(name) for name in (*names, told.prompt) if name]


def read_deployed(folder: Path) -> Deployed:
    """What stands in the node of a site's folder, whatever was edited since.

    Raises SiteErrors where the folder does not tell the node, NoVersion before the first
    deployment.
    """
    now = read_site(folder)
    stands = deployed_site(node_path(now.site, now.node.path))
    return Deployed(
        stands.site,
        plan_of(stands.site),
        {
            name: QueueDress(
                queue.label or name,
                queue.music.default or "default",
                {of: music for of in ("zh", "en") if (music := getattr(queue.music, of))},
            )
            for name, queue in stands.site.queues.items()
        },
        stands.prompts,
    )
