"""callcenter deploy, diff, rollback, history: what they print and how they end."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from callcenter.cli import main
from click.testing import CliRunner, Result
from tests.pbx.lab import free_pair

pytestmark = pytest.mark.pbx

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("secrets.yaml"))
    change(folder, node={"path": str(tmp_path / "node")})
    return folder


def change(folder: Path, **parts: object) -> None:
    main_file = folder / "site.yaml"
    document = yaml.safe_load(main_file.read_text(encoding="utf-8")) | parts
    sip_port, ami_port = free_pair()
    document["network"] |= {"sip_port": sip_port, "ami_port": ami_port}
    document["network"]["http_port"] = free_pair()[0]
    main_file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [words[0], "--site", str(folder), *words[1:]])


def test_a_deployment_its_history_and_the_way_back(site: Path) -> None:
    first = run(site, "diff")
    assert first.exit_code == 1
    assert "+exten => 12345,1," in first.stdout
    deployed = run(site, "deploy")
    assert deployed.exit_code == 0, deployed.output
    assert deployed.stdout.startswith("deployment 1 stands: acl.conf, ")
    assert run(site, "diff").exit_code == 0
    assert json.loads(run(site, "diff", "--json").stdout) == {"changed": False, "diff": ""}

    change(site)  # other ports
    assert json.loads(run(site, "deploy", "--json").stdout)["version"] == 2
    assert run(site, "rollback").stdout.startswith("deployment 3 stands")
    (one, two, three) = json.loads(run(site, "history", "--json").stdout)
    assert (one["digest"], one["standing"], three["standing"]) == (three["digest"], False, True)
    assert two["result"] == "deployed"
    assert run(site, "history").stdout.splitlines()[2].startswith("*    3  ")


def test_what_is_refused_ends_with_2_and_tells_every_line(site: Path) -> None:
    nowhere = {"host": "no-such-host.invalid"}
    document = yaml.safe_load((site / "site.yaml").read_text(encoding="utf-8"))
    change(site, trunks=document["trunks"] | {"far": nowhere})
    refused = run(site, "deploy")
    assert refused.exit_code == 2
    assert "a throw-away Asterisk did not take these files; nothing was changed" in refused.output
    assert "Could not create an object of type 'identify' with id 'far'" in refused.output
    told = json.loads(run(site, "deploy", "--json").stdout)
    assert "pjsip.conf" in {line["file"] for line in told["refused"]}


def test_a_site_that_is_wrong_ends_with_1_and_its_findings(site: Path) -> None:
    change(site, colour="red")
    wrong = run(site, "deploy")
    assert wrong.exit_code == 1
    assert "colour" in wrong.stderr
    assert "Traceback" not in wrong.output


def test_a_deployment_that_never_was(site: Path) -> None:
    gone = run(site, "rollback", "9")
    assert gone.exit_code == 1
    assert "there is no deployment 9" in gone.stderr
    assert "there is no earlier deployment" in run(site, "rollback").stderr


def test_both_ways_of_restarting_are_too_many(site: Path) -> None:
    both = run(site, "deploy", "--when-idle", "--restart")
    assert both.exit_code == 1
    assert "choose one of" in both.stderr
