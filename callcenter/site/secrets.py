"""Which secrets a site needs, by name; their values live in secrets.yaml beside it."""

from callcenter.site.model import Site

ARI = "ari"
AMI = "ami"
DATABASE = "storage.database"
NUMBERS = "records.key"
"""Key of the numbers in the records."""
SMTP = "smtp"
"""Password for the mail server; never made, only referred to or written by hand."""


def agent_password(number: str) -> str:
    """Name of the password of an agent's phone."""
    return f"agents.{number}"


def agent_pin(number: str) -> str:
    """Name of the PIN with which an agent signs in on another's phone."""
    return f"pins.{number}"


def voicemail_pin(box: str) -> str:
    """Name of the PIN of a voicemail box."""
    return f"voicemail.{box}"


def trunk_password(trunk: str) -> str:
    """Name of a password that the operator gave us; it is never made, only referred to."""
    return f"trunks.{trunk}"


def secret_names(site: Site) -> list[str]:
    """The secrets that a machine makes for itself, in the order in which they are written."""
    return [
        ARI,
        AMI,
        *([NUMBERS] if site.records.numbers != "plain" and site.records.key is None else []),
        *map(agent_password, sorted(site.agents)),
        *map(agent_pin, sorted(site.agents)),
        *map(voicemail_pin, sorted(site.voicemail)),
    ]


def is_pin(name: str) -> bool:
    """True when the secret is typed on a phone, so that it must be digits."""
    return name.startswith(("voicemail.", "pins."))
