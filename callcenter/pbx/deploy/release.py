"""Makes what is deployed: a site's files, checked as far as that goes without an Asterisk."""

import asyncio
import glob
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path

from callcenter.pbx.deploy import conf
from callcenter.pbx.deploy.asterisk_log import Refusal, masked
from callcenter.pbx.deploy.bring import DeployRefused, DeployResult, Release, Restart, Target, bring
from callcenter.pbx.deploy.history import History, NoVersion, Result
from callcenter.pbx.deploy.holdings import promised
from callcenter.pbx.deploy.lint import IsThere, dead_ends
from callcenter.pbx.deploy.rendering import rendered
from callcenter.pbx.deploy.running import Say
from callcenter.pbx.deploy.swap import before, deployed
from callcenter.pbx.errors import PbxRefused
from callcenter.pbx.media import provide_media
from callcenter.pbx.node import NodePaths, node_path, prepare
from callcenter.pbx.number_log import NumberLogError
from callcenter.pbx.number_sync import show_lists
from callcenter.pbx.root import cache_folder, ensure_root
from callcenter.pbx.secrets import site_secrets
from callcenter.pbx.site_files import read_site, site_folder
from callcenter.site.model import Site

_SITE = "site.json"
PROMPTS = "prompts.json"
_SOUNDS = "usr/share/asterisk/sounds"


async def deploy(
    folder: Path,
    *,
    node: NodePaths | None = None,
    root: Path | None = None,
    restart: Restart = Restart.IDLE_ONLY,
    say: Say,
) -> DeployResult:
    """Bring a site to its node, or to `node`, whose Asterisk comes from `root`.

    Raises SiteErrors, SecretsError, SoundError for a site that can't be deployed, DeployRefused,
    DeployBusy, MachineError as `bring` does.
    """
    site = await asyncio.to_thread(read_site, folder)
    target = await asyncio.to_thread(target_of, site, node, root, say)
    say("make prompts, music and files")
    release = await asyncio.to_thread(release_of, site, folder, target)
    result = await bring(release, target, restart=restart, say=say)
    return await _with_lists(result, site, folder, target.node) if result.running else result


async def roll_back(
    site: Site,
    number: int | None = None,
    *,
    restart: Restart = Restart.IDLE_ONLY,
    say: Say,
) -> DeployResult:
    """Bring the files of an earlier deployment again, through the same checks.

    Without a number: of the one that stood before the one that stands. Raises NoVersion, else as
    `deploy`.
    """
    target = await asyncio.to_thread(target_of, site, None, None, say)
    history = History(target.node.history)
    if number is None:
        number = _former(history, deployed(target.node).get("version"))
    version = history.version(number)
    documents = {name: history.document(number, name) for name in (_SITE, PROMPTS)}
    release = Release(history.files(number), version.site, documents, f"rollback {number}")
    return await bring(release, target, restart=restart, say=say)


def difference(folder: Path) -> str:
    """What a deployment would change, as a unified diff without secrets; empty for nothing.

    Raises SiteErrors, SecretsError, SoundError.
    """
    site, place = read_site(folder), site_folder(folder)
    node = node_path(site.site, site.node.path)
    files = rendered(site, place, site_secrets(place, site))
    return unified(before(node, files), files)


def unified(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """The difference of two sets of files, every secret masked; a secret that changed says so."""
    lines: list[str] = []
    for name in conf.changed(old, new):
        there, here = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        lines += unified_diff(there, here, f"deployed/{name}", f"new/{name}", lineterm="", n=2)
    # The first character is the diff's own: added, removed, kept.
    return "".join(f"{line[:1]}{masked(line[1:])}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class DeployedSite:
    """A site as it was deployed, whatever was edited since."""

    site: Site
    prompts: Mapping[tuple[str, str], str]
    """(prompt, language) -> path as Asterisk plays it, as `prompt_paths` gives them."""
    version: int


def deployed_site(node: NodePaths) -> DeployedSite:
    """What stands in the node. Raises NoVersion before the first deployment."""
    number = deployed(node).get("version")
    if not isinstance(number, int):
        raise NoVersion("nothing is deployed yet; run `callcenter deploy`")
    history = History(node.history)
    prompts = json.loads(history.document(number, PROMPTS))
    return DeployedSite(
        site=Site.model_validate_json(history.document(number, _SITE)),
        prompts={(name, language): path for name, language, path in prompts},
        version=number,
    )


async def _with_lists(
    result: DeployResult, site: Site, folder: Path, node: NodePaths
) -> DeployResult:
    """The lists of callers' numbers as well; a deployment does not fail for them."""
    try:
        await show_lists(site, site_secrets(site_folder(folder), site), node.path)
    except (NumberLogError, PbxRefused) as error:
        note = f"lists of callers' numbers are not in force: {error}"
        return replace(result, notes=(*result.notes, note))
    return result


def target_of(site: Site, node: NodePaths | None, root: Path | None, say: Say) -> Target:
    """Where a site goes. Makes the root file system where it is missing. Raises MachineError."""
    target = Target(
        node=node or node_path(site.site, site.node.path),
        root=root or ensure_root(say),
        user=site.node.user,
    )
    prepare(target.node, target.user)
    return target


def release_of(site: Site, folder: Path, target: Target) -> Release:
    """A site's files, with their sound in place. Raises DeployRefused for dead ends."""
    folder = site_folder(folder).absolute()
    prompts = provide_media(site, folder, cache_folder(), target.node.lib)
    files = rendered(site, folder, site_secrets(folder, site))
    wrong = [Refusal(words) for words in promised(site, files)]
    wrong += dead_ends(files, audio_of(target.node, target.root))
    if wrong:
        raise DeployRefused(
            "the generated files name what is not there; nothing was changed", wrong
        )
    documents = {_SITE: site.model_dump_json(by_alias=True), PROMPTS: _dumped(prompts)}
    return Release(files, str(folder), documents)


def audio_of(node: NodePaths, root: Path) -> IsThere:
    """Looks up audio as Asterisk does: in any format, and in the folders of languages."""

    def is_there(name: str) -> bool:
        path = node.inside(name) if os.path.isabs(name) else root / _SOUNDS / name
        folder, stem = glob.escape(str(path.parent)), glob.escape(path.name)
        if os.path.isabs(name):
            return bool(glob.glob(f"{folder}/{stem}.*") or glob.glob(f"{folder}/*/{stem}.*"))
        return bool(glob.glob(f"{root / _SOUNDS}/*/{glob.escape(name)}.*"))

    return is_there


def _dumped(prompts: Mapping[tuple[str, str], str]) -> str:
    return json.dumps([[*key, path] for key, path in sorted(prompts.items())], indent=1)


def _former(history: History, standing: object) -> int:
    earlier = [
        version.number
        for version in history.versions()
        if version.result is Result.DEPLOYED and version.number != standing
    ]
    if not earlier:
        raise NoVersion("there is no earlier deployment; see `callcenter history`")
    return earlier[-1]
