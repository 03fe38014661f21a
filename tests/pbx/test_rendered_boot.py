"""What is rendered, in a real Asterisk: it takes every line, and holds what the site says."""

import subprocess
from pathlib import Path

import pytest
from callcenter.pbx.deploy.candidate import free_ports
from callcenter.pbx.deploy.holdings import differences, expected, held
from callcenter.pbx.deploy.lint import dead_ends
from callcenter.pbx.deploy.release import audio_of
from callcenter.pbx.site_files import read_site
from callcenter.site.model import Site
from tests.pbx.rendered import Rendered

pytestmark = pytest.mark.pbx

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
ODD = "a;b\\;c\"d$[1]${X}]=>,|<>&'#! 中"
ODD_NAME = 'Ann "the; best" \\ ${SHELL(id)} <1>, [x] 陈'


def complaints(log: str) -> list[str]:
    """The lines of a log that are warnings or errors."""
    return [line for line in log.splitlines() if "WARNING[" in line or "ERROR[" in line]


async def test_the_example_boots_without_a_complaint_and_holds_what_it_says(
    tmp_path: Path,
) -> None:
    with Rendered(tmp_path, read_site(EXAMPLE)) as node:
        assert complaints(node.log) == []
        assert "Logging legacy CEL records as advanced" in node.log
        async with await node.ami() as ami:
            assert differences(expected(node.files), await held(ami)) == []
            hints = await ami.command("core show hints")
            assert sum("Stasis:agent-" in line for line in hints) == len(node.site.agents)
        assert dead_ends(node.files, audio_of(node.node, node.asterisk.root)) == []


async def test_odd_texts_and_passwords_arrive_as_they_are(tmp_path: Path) -> None:
    trunk = {"host": "10.0.0.5", "username": ODD, "secret": {"env": "X"}, "max_calls": "3"}
    site = Site.model_validate(
        {
            "site": "odd",
            "trunks": {"operator": trunk},
            "queues": {"sales": {"label": ODD_NAME, "overflow": "voicemail:box"}},
            "agents": {"1001": {"name": ODD_NAME}},
            "voicemail": {"box": {"label": ODD_NAME}},
        }
    )
    given = {"trunks.operator": ODD, "agents.1001": ODD, "ari": ODD, "ami": ODD}
    with Rendered(tmp_path, site, given) as node:
        assert complaints(node.log) == []
        async with await node.ami() as ami:  # with the odd password
            assert differences(expected(node.files), await held(ami)) == []
            auths = {
                event.get("ObjectName"): (event.get("Username"), event.get("Password"))
                for event in await ami.listing("PJSIPShowAuths")
            }
            assert auths == {"operator": (ODD, ODD), "1001": ("1001", ODD)}
            phone = "\n".join(await ami.command("pjsip show endpoint 1001"))
            assert '"Ann ＂the； best＂ ＼ ＄｛SHELL（id）｝ ＜1＞， ［x］ 陈" <1001>' in phone
            line = "\n".join(await ami.command("pjsip show endpoint operator"))
            assert "CC_MAX_CALLS" in line


async def test_tls_and_wss_are_opened_when_the_site_has_them(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    with free_ports() as free:
        tls = {"port": str(next(free)), "wss_port": str(next(free))}
    tls |= {"certificate": "c.pem", "key": "k.pem"}
    site = Site.model_validate(
        {"site": "secure", "network": {"tls": tls}, "trunks": {"a": {"host": "10.0.0.5"}}}
    )
    with Rendered(tmp_path, site) as node:
        assert complaints(node.log) == []
        async with await node.ami() as ami:
            transports = "\n".join(await ami.command("pjsip show transports"))
            http = "\n".join(await ami.command("http show status"))
    assert "tls" in transports
    assert "wss" in transports
    assert f"127.0.0.1:{tls['wss_port']}" in http


def make_certificate(folder: Path) -> None:
    """A certificate of our own, c.pem, with its key k.pem."""
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=localhost", "-keyout", "k.pem", "-out", "c.pem"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
