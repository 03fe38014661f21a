"""A site to the text of every file of /etc/asterisk; the same site gives the same bytes."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from jinja2 import DictLoader, Environment, StrictUndefined

from callcenter.render import arrivals, callers, cel, dialplan, lines, phones
from callcenter.render.builtin import GOODBYE, WRONG_KEY
from callcenter.render.escape import Verbatim, escape
from callcenter.render.media_paths import music_folders, tls_files
from callcenter.render.number_lists import priorities
from callcenter.render.stubs import STUBS
from callcenter.render.times import hours
from callcenter.site.model import Site
from callcenter.site.secrets import AMI, ARI

USER = "callcenter"
"""The user of ARI and of AMI; their passwords are the secrets `ari` and `ami`."""

APP = "callcenter"
"""The controller's Stasis application."""

CHANNEL_VARIABLES = (
    "CC_CALL",
    "CC_QUEUE",
    "CC_CALLED",
    "CC_ARRIVED",
    "CC_REQUESTED",
    "CC_ENTERED",
    "CC_LANGUAGE",
    "CC_TEST",
    "CC_PRIORITY",
    "CC_AGENT",
    "CC_LEG",
    "CC_PEER",
    "CC_PLAYS",
    "CC_SAYS",
)
"""Variables that ARI shows with every channel."""

_ENDING = ".j2"
_PART = "_"
"""A template that others include."""
_NO_DIGESTS: Mapping[str, str] = MappingProxyType({})


def render(
    site: Site,
    secrets: Mapping[str, str],
    templates: Mapping[str, str],
    prompts: Mapping[tuple[str, str], str],
    modules: Sequence[str],
    digests: Mapping[str, str] = _NO_DIGESTS,
) -> dict[str, str]:
    """Name -> text of every file of /etc/asterisk.

    templates: name such as `pjsip.conf.j2` -> text. prompts: see `prompt_paths`. modules: what
    Asterisk is to load, without `.so`. digests: music and TLS file of the site -> hash of its
    content, which goes into the name of Asterisk's copy.

    Raises KeyError for a secret or prompt that is missing, UnsafeText for a value that cannot be
    written, jinja2.TemplateError for a faulty template.
    """
    engine = _engine(tuple(sorted(templates.items())))
    values = _values(site, secrets, prompts, modules, digests)
    made = {
        name.removesuffix(_ENDING): engine.get_template(name).render(values)
        for name in sorted(templates)
        if not name.startswith(_PART)
    }
    return STUBS | made


@lru_cache(maxsize=2)  # reading the templates takes longer than rendering a site
def _engine(templates: tuple[tuple[str, str], ...]) -> Environment:
    return Environment(
        loader=DictLoader(dict(templates)),
        undefined=StrictUndefined,
        finalize=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - this is no HTML; `escape` is what keeps values in place
    )


def _values(
    site: Site,
    secrets: Mapping[str, str],
    prompts: Mapping[tuple[str, str], str],
    modules: Sequence[str],
    digests: Mapping[str, str],
) -> dict[str, object]:
    """All that templates may name."""
    return _dialplan_values(site, prompts) | {
        "site": site.site,
        "language": site.language,
        "timezone": site.timezone,
        "network": site.network,
        "address": str(site.network.address),
        "tls": tls_files(site, digests),
        "external_address": str(site.network.external_address or ""),
        "local_networks": lines.networks(site),
        "main_number": site.main_number or "",
        "user": USER,
        "app": APP,
        "ari_password": Verbatim(secrets[ARI]),
        "ami_password": Verbatim(secrets[AMI]),
        "modules": modules,
        "channel_variables": CHANNEL_VARIABLES,
        "cel_columns": cel.COLUMNS,
        "trunks": lines.trunks(site, secrets),
        "agents": lines.agents(site, secrets),
        "queue_files": lines.queue_files(site),
        "box_files": lines.box_files(site, secrets),
        "music": music_folders(site, digests),
        "waiting": lines.waiting_prompts(prompts),
    }


def _dialplan_values(site: Site, prompts: Mapping[tuple[str, str], str]) -> dict[str, object]:
    return {
        "numbers": arrivals.numbers(site),
        "hours": hours(site),
        "menus": dialplan.menus(site, prompts),
        "queues": dialplan.queues(site, prompts),
        "boxes": dialplan.boxes(site, prompts),
        "goodbye": prompts[GOODBYE, ""],
        "wrong_key": prompts[WRONG_KEY, ""],
        "surveys": callers.surveys(site, prompts),
        "queue_keys": callers.queue_keys(site),
        "played": dialplan.played(site, prompts),
        "codes": dialplan.codes(site),
        "supervise_codes": dialplan.supervise_codes(site),
        "warnings": dialplan.warnings(site, prompts),
        "list_priorities": priorities(site),
        "direct_agents": dialplan.direct_agents(site),
        **dialplan.direct_recording(site, prompts),
        "outside_numbers": dialplan.outside_numbers(site),
        "outside_trunks": dialplan.outside_trunks(site),
        "directories": phones.directories(site),
        "sign_in": site.feature_codes.sign_in,
        "sign_in_digits": len(site.feature_codes.sign_in),
        "ready": site.feature_codes.ready,
        "extend": site.feature_codes.extend,
        "shown_number": site.outbound.caller_id or site.main_number or "",
    }
