"""Parts of a site for readers of figures: scheduled reports, mail, the live stream."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from callcenter.site.part import Part, SecretRef
from callcenter.site.refusal import matching
from callcenter.site.types import FilePath, Host, Line, Port, SystemUser

ReportName = Literal[
    "summary",
    "operation",
    "traffic",
    "by-hour",
    "queues",
    "agents",
    "agent-log",
    "connection-rate",
    "penalties",
    "service-level",
    "missed",
    "callbacks",
    "resolution",
    "voicemail",
    "abandoned",
    "survey",
    "transfers",
    "trunks",
    "availability",
    "estimated-wait",
    "rings",
    "ring-attempts",
]
"""The reports of `callcenter report` that need nothing but a period."""

Clock = Annotated[
    str,
    AfterValidator(
        matching(
            r"(?:[01][0-9]|2[0-3]):[0-5][0-9]",
            "E_CLOCK",
            "a time of the day",
            'write it in quotes, like "07:00"',
        )
    ),
]
"""A time of the day, `07:00`."""

MailAddress = Annotated[
    str,
    Field(max_length=254),
    AfterValidator(
        matching(
            r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+",
            "E_ADDRESS",
            "a mail address",
            "write it like duty@example.org",
        )
    ),
]
"""An address for mail."""


class ScheduledReport(Part):
    """A report that is made by itself when its day, week or month is over (定时报表)."""

    report: ReportName = Field("summary", description="Name of the report.")
    by: Literal["hour", "4h", "day", "week", "month", "quarter", "year"] = Field(
        "day", description="Made of each of these, when it is over."
    )
    at: Clock = Field(
        "07:00",
        description="So long after that end: of a day at this time on the next one. By the hour, "
        "minutes only.",
    )
    folder: FilePath = Field(
        "",
        description="Folder for the files; relative to the node's folder `reports`. `.` is that "
        "folder itself. Default: no file is kept.",
    )
    mail: tuple[MailAddress, ...] = Field((), description="Whom it is mailed to; needs `smtp`.")
    form: Literal["html", "xlsx", "csv"] = Field("html", description="Form of the file.")
    lang: Literal["zh", "en"] | None = Field(None, description="Default: the site's language.")


class Smtp(Part):
    """The mail server that takes reports."""

    host: Host = Field(description="Its name or address.")
    port: Port = Field(587, description="465 goes with `tls`, 587 with `starttls`.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`none` is for a server on this machine."
    )
    certificates: FilePath = Field(
        "", description="File with the authority's certificate (PEM); default: the machine's."
    )
    sender: MailAddress = Field(description="Whom mail comes from.")
    username: Line | None = Field(None, description="User name, where the server asks for one.")
    secret: SecretRef | None = Field(
        None, description="Password to that; default: `smtp` in secrets.yaml."
    )


class Stream(Part):
    """The floor as a stream of JSON for other software, in NODE/live.sock. docs/operate.md."""

    group: SystemUser = Field(description="System group whose users may read it, and do no more.")


class Live(Part):
    """The running controller."""

    stream: Stream | None = Field(None, description="A stream for other software; default: none.")
