"""From a site's folder to what is deployed: lint, differences, what the controller works by."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from callcenter.pbx.deploy.asterisk_log import masked
from callcenter.pbx.deploy.bring import DeployRefused
from callcenter.pbx.deploy.history import NoVersion
from callcenter.pbx.deploy.holdings import promised
from callcenter.pbx.deploy.lint import dead_ends
from callcenter.pbx.deploy.release import (
    audio_of,
    deploy,
    deployed_site,
    difference,
    roll_back,
    unified,
)
from callcenter.pbx.files import read_folder
from callcenter.pbx.node import NodePaths
from callcenter.pbx.root import ensure_root
from callcenter.pbx.site_files import read_site
from tests.pbx.lab import free_pair, lab_files

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
Files = dict[str, str]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The example, with a node of its own."""
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("secrets.yaml"))
    main = folder / "site.yaml"
    document = yaml.safe_load(main.read_text(encoding="utf-8"))
    document["node"] = {"path": str(tmp_path / "node")}
    ports = dict(zip(("sip_port", "ami_port"), free_pair(), strict=True))
    document["network"] |= ports | {"http_port": free_pair()[0]}
    main.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.pbx
async def test_the_example_is_deployed_changed_and_taken_back(site: Path, tmp_path: Path) -> None:
    said: list[str] = []
    node = NodePaths(tmp_path / "node")
    first = await deploy(site, say=said.append)
    assert (first.version, difference(site)) == (1, "")
    assert deployed_site(node).site == read_site(site)
    files = read_folder(node.etc)

    ring = re.search(r"ring_timeout: \w+", (site / "queues.yaml").read_text(encoding="utf-8"))
    assert ring is not None
    edit(site, "queues.yaml", ring[0], "ring_timeout: 21s")
    assert "+timeout = 21" in difference(site)
    assert "timeout = 21" not in read_folder(node.etc)["queues.conf"]
    await deploy(site, say=said.append)
    assert "timeout = 21" in read_folder(node.etc)["queues.conf"]
    changed = {q.ring_timeout for q in deployed_site(node).site.queues.values()}
    assert 21.0 in changed

    back = await roll_back(read_site(site), say=said.append)
    assert back.version == 3
    assert read_folder(node.etc) == files
    works_by = deployed_site(node)
    assert 21.0 not in {q.ring_timeout for q in works_by.site.queues.values()}
    assert works_by.prompts
    assert works_by.version == 3
    assert (await roll_back(read_site(site), 2, say=said.append)).version == 4


@pytest.mark.pbx
async def test_no_secret_is_shown_by_a_difference(site: Path) -> None:
    text = difference(site)
    secrets = yaml.safe_load((site / "secrets.yaml").read_text(encoding="utf-8"))
    assert "+password = ****" in text
    assert len(secrets) > 5
    assert [name for name, value in secrets.items() if value in text] == []
    assert oct(os.stat(site / "secrets.yaml").st_mode)[-3:] == "600"


@pytest.mark.pbx
async def test_audio_is_looked_up_as_asterisk_does(site: Path, tmp_path: Path) -> None:
    said: list[str] = []
    await deploy(site, say=said.append)
    node = NodePaths(tmp_path / "node")
    is_there = audio_of(node, ensure_root())
    prompts = re.findall(
        r"/var/lib/asterisk/callcenter/prompts/[\w/-]+", read_folder(node.etc)["extensions.conf"]
    )
    assert prompts
    assert all(is_there(prompt) for prompt in prompts)
    assert is_there("beep")
    assert is_there("digits/1")
    assert not is_there("no-such-sound")
    assert not is_there("/var/lib/asterisk/callcenter/prompts/no-such-prompt")


@pytest.mark.pure
def test_a_site_that_was_never_deployed(tmp_path: Path) -> None:
    with pytest.raises(NoVersion, match="nothing is deployed yet"):
        deployed_site(NodePaths(tmp_path))


def more(name: str, text: str) -> Callable[[Files], Files]:
    return lambda files: files | {name: files.get(name, "") + text}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            more("extensions.conf", "exten => 7,1,Goto(nowhere,s,1)\n"),
            "context not found .*nowhere",
        ),
        (
            more("extensions.conf", "exten => 7,1,Gosub(nowhere,s,1)\n"),
            "context not found .*nowhere",
        ),
        (more("extensions.conf", "exten => 7,1,Goto(calls,8,1)\n"), "non-existent extension"),
        (more("extensions.conf", "exten => 7,1,Queue(nobody,t)\n"), "there is no queue nobody"),
        (more("extensions.conf", "exten => 7,1,VoiceMail(9009,u)\n"), "there is no box 9009"),
        (more("extensions.conf", "exten => 7,1,Playback(hello&bye)\n"), "no audio file bye"),
        (
            more("pjsip.conf", "[2]\ntype=endpoint\ncontext=nowhere\n"),
            "there is no context nowhere",
        ),
        (more("pjsip.conf", "[2]\ntype=endpoint\naors=3\n"), "there is no aors 3"),
        (more("pjsip.conf", "[2]\ntype=endpoint\nallow=alaw,mp3\n"), "there is no allow mp3"),
        (more("pjsip.conf", "[2]\ntype=endpoint\ntransport=tcp\n"), "there is no transport tcp"),
    ],
)
def test_a_name_that_leads_nowhere_is_found(change: Callable[[Files], Files], words: str) -> None:
    files = lab_files(5060, 5038)
    assert dead_ends(files, lambda name: name != "bye") == []
    (found,) = dead_ends(change(files), lambda name: name != "bye")
    assert re.search(words, str(found))
    assert found.line == len(change(files)[found.file].splitlines())


@pytest.mark.pure
def test_a_difference_masks_both_sides_of_a_secret() -> None:
    old = {"voicemail.conf": "[default]\n9001 => 4711,Night\n", "gone.conf": "x\n"}
    new = {"voicemail.conf": "[default]\n9001 => 4712,Night\n"}
    text = unified(old, new)
    assert "-9001 => ****,Night\n+9001 => ****,Night\n" in text
    assert "-x\n" in text
    assert unified(new, new) == ""


@pytest.mark.pure
@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password = x", "password = ****"),
        ("secret=x;y", "secret=****"),
        ("\tsecret = x", "\tsecret = ****"),
        ("md5_cred=abc", "md5_cred=****"),
        ("9001 => 1234", "9001 => ****"),
        ("night => 1234,Night,,,attach=no", "night => ****,Night,,,attach=no"),
        ("exten => 100,1,Answer()", "exten => 100,1,Answer()"),
        ("member => PJSIP/1", "member => PJSIP/1"),
    ],
)
def test_secrets_are_masked(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.pure
def test_what_the_site_names_must_be_in_the_files() -> None:
    site = read_site(EXAMPLE)
    words = promised(site, lab_files(5060, 5038))
    assert f"queue {sorted(site.queues)[0]} of the site is not in the generated files" in words
    assert len(words) >= len(site.agents) + len(site.queues) + len(site.numbers) - 1


@pytest.mark.pure
def test_a_refusal_is_told_with_its_lines() -> None:
    assert str(DeployRefused("what")) == "what"
