"""Sites and their files, as the tests of rendering need them."""

from collections.abc import Mapping
from typing import Any

from callcenter.pbx.deploy.templates import read_templates
from callcenter.render import prompt_paths, render
from callcenter.site.model import Site
from callcenter.site.secrets import is_pin, secret_names

MODULES = ("chan_pjsip", "pbx_config")
TEMPLATES = read_templates()


def secrets_of(site: Site) -> dict[str, str]:
    """Secrets that differ by name, and are the same each time."""
    return {
        name: "123456" if is_pin(name) else f"secret-{name.replace('.', '-')}"
        for name in secret_names(site)
    }


def files_of(site: Site, secrets: Mapping[str, str] | None = None) -> dict[str, str]:
    """The site's files."""
    given = secrets_of(site) | dict(secrets or {})
    return render(site, given, TEMPLATES, prompt_paths(site), MODULES)


def small(**parts: Any) -> Site:
    """A site with one of each part that text gets into; `parts` are added or replaced."""
    plain: dict[str, Any] = {
        "site": "small",
        "trunks": {
            "operator": {
                "host": "10.0.0.5",
                "username": "line-1",
                "secret": {"env": "X"},
                "register": True,
            }
        },
        "numbers": {"12345": {"to": "queue:sales"}},
        "skills": {"selling": "Selling"},
        "prompts": {"hello": {"text": "Hello", "language": "en"}},
        "queues": {
            "sales": {
                "label": "Sales",
                "needs": {"selling": "1"},
                "max_wait": "60s",
                "overflow": "voicemail:box",
            }
        },
        "agents": {"1001": {"name": "Ann", "skills": {"selling": "5"}}},
        "voicemail": {"box": {"label": "Box", "greeting": "hello"}},
    }
    return Site.model_validate(plain | parts)


def lines(text: str) -> list[str]:
    """The lines of a file that say something."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith(";")]


def context(dialplan: str, name: str) -> list[str]:
    """The lines of one context of a dialplan."""
    _, _, rest = dialplan.partition(f"\n[{name}]\n")
    return lines(rest.partition("\n[")[0])
