"""Builds pjsua2, the softphone's library: once for each Python of a machine, kept as a wheel.

PyPI has no pjsua2 that installs. Debian's Asterisk source package carries the whole pjproject.
"""

import base64
import fcntl
import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from callcenter.pbx import apt
from callcenter.pbx.node import MachineError
from callcenter.pbx.root import SUITES, cache_folder

Say = Callable[[str], None]
"""Takes one line of progress."""

_PART = ".orig-Xpjproject.tar.xz"
_SWITCHED_OFF = re.findall(
    r"\S+",
    "shared video sound upnp libuuid resample speex-aec speex-codec gsm-codec ilbc-codec l16-codec"
    " g722-codec g7221-codec libyuv libwebrtc libwebrtc-aec3 opus opencore-amr silk bcg729 lyra sdl"
    " ffmpeg v4l2 openh264 vpx",
)
_FLAGS = "-O1 -fPIC -DNDEBUG"  # NDEBUG: a failed assertion is an error, not the end of the process
_SIZES = """\
#define PJSUA_MAX_CALLS 128
#define PJSUA_MAX_ACC 128
#define PJSUA_MAX_BUDDIES 256
#define PJSUA_MAX_RECORDERS 128
#define PJSUA_MAX_CONF_PORTS 508
#define PJ_IOQUEUE_MAX_HANDLES 1024
"""
_QUIET_START = (
    "static int pj_log_max_level = PJ_LOG_MAX_LEVEL;",
    "static int pj_log_max_level = 0;",
)
"""What the library says before it can be told to be silent would stand among JSON lines."""
_TOOLS = {"gcc": "build-essential", "g++": "build-essential", "make": "build-essential"} | {
    "swig": "swig",
    "tar": "tar",
    "xz": "xz-utils",
}
_HEADERS = {
    "openssl/ssl.h": "libssl-dev",
    "srtp2/srtp.h": "libsrtp2-dev",
    "Python.h": "python3-dev",
}
_INCLUDES = [f"{part}/include" for part in ("pjlib", "pjlib-util", "pjnath", "pjmedia", "pjsip")]
_LAYOUT = "1"
"""Raised when the steps below change, so that wheels of before are made anew."""


def installed() -> bool:
    """Whether this Python has the pjsua2 of this recipe."""
    try:
        return importlib.metadata.version("pjsua2").endswith(f"+{_recipe()}")
    except importlib.metadata.PackageNotFoundError:
        return False


def ensure_installed(say: Say = lambda _: None) -> None:
    """Install pjsua2 into the running Python, from the wheel in the cache; builds that first.

    The build takes a minute or two. A second run at the same time waits. Raises MachineError
    where something is missing or fails.
    """
    if installed():
        return
    folder = cache_folder() / f"pjsua2-{_recipe()}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _only_builder(folder, say):
        wheels = list(folder.glob("*.whl"))
        if not wheels:
            _build(folder, say)
            wheels = list(folder.glob("*.whl"))
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        words = [*pip, "--no-index", "--no-deps", "--force-reinstall", str(wheels[0])]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MachineError(f"pip could not install {wheels[0]}: {done.stderr.strip()}")


def _recipe() -> str:
    """What decides what is built; another Debian has other libraries to link with."""
    python = [str(sysconfig.get_config_var("SOABI")), sysconfig.get_platform()]
    machine = [platform.freedesktop_os_release().get("VERSION_CODENAME", "")]
    words = [_LAYOUT, *python, *machine, *_SWITCHED_OFF, _FLAGS, _SIZES, *_QUIET_START]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


@contextmanager
def _only_builder(folder: Path, say: Say) -> Iterator[None]:
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run is building the softphone's library; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in folder.parent.glob(f"{folder.name}.partial-*"):
            shutil.rmtree(leftover)
        yield


def _build(folder: Path, say: Say) -> None:
    lacks = _lacks()
    if lacks:
        raise MachineError(
            "building the softphone's library needs packages that are missing; run: "
            f"apt-get install --no-install-recommends {' '.join(lacks)}"
        )
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    tree, out = partial / "pjproject", partial / "out"
    log = folder.with_name("pjsua2-build.log")
    log.unlink(missing_ok=True)
    for each in (tree, out):
        each.mkdir(parents=True)
    try:
        _fetch(partial / "pjproject.tar.xz", say)
        steps = _Steps(tree, log)
        steps.run("tar", "-xf", "../pjproject.tar.xz", "--strip-components=1")
        version = _version(tree)
        say(f"Building the softphone's library, pjsua2 {version}: a minute or two, once")
        _compile(steps, tree)
        _pack(tree, out, version)
        out.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _lacks() -> list[str]:
    """Debian packages that the build needs and does not find."""
    lacks = {package for tool, package in _TOOLS.items() if not shutil.which(tool)}
    if "build-essential" not in lacks:
        lacks |= {package for header, package in _HEADERS.items() if not _has(header)}
    return sorted(lacks)


def _has(header: str) -> bool:
    words = ["g++", "-E", "-x", "c++", f"-I{sysconfig.get_paths()['include']}", "-"]
    text = f"#include <{header}>\n"
    return not subprocess.run(words, input=text, capture_output=True, text=True).returncode


def _fetch(target: Path, say: Say) -> None:
    mirror = apt.main_mirror()
    for suite in SUITES:
        say(f"Looking for pjproject in Debian {suite}'s Asterisk")
        part = apt.source_part(mirror, suite, "asterisk", _PART)
        if part is not None:
            apt.fetch(part, target)
            return
    raise MachineError(
        f"no suite of {mirror.uri} ({', '.join(SUITES)}) has Asterisk's source package with "
        f"pjproject; name a full Debian mirror in /etc/apt/sources.list"
    )


def _version(tree: Path) -> str:
    """`2.17`, as the tree says it."""
    lines = (tree / "version.mak").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if line.startswith("export PJ_VERSION_M")]
    return ".".join(word[-1] for word in words)


class _Steps:
    """Runs commands in the tree; what they say goes into a log that failures name."""

    def __init__(self, tree: Path, log: Path) -> None:
        self._tree = tree
        self._log = log

    def run(self, *words: str, folder: str = "", **environment: str) -> None:
        """Raises MachineError with the last words of a command that fails."""
        with self._log.open("ab") as log:
            log.write(f"\n$ {' '.join(words)}\n".encode())
            log.flush()
            done = subprocess.run(
                words,
                cwd=self._tree / folder,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            log.write(done.stdout)
        if done.returncode:
            last = "\n".join(f"  {line}" for line in done.stdout.decode().splitlines()[-12:])
            raise MachineError(
                f"building the softphone's library: {words[0]} failed (all of it: {self._log}):\n"
                f"{last}"
            )

    def told(self, *words: str, folder: str) -> list[str]:
        """The words that a command prints."""
        done = subprocess.run(
            words, cwd=self._tree / folder, capture_output=True, text=True, check=True
        )
        return done.stdout.split()


_BINDING = "pjsip-apps/src/swig/python"


def _compile(steps: _Steps, tree: Path) -> None:
    (tree / "pjlib/include/pj/config_site.h").write_text(_SIZES, encoding="utf-8")
    # Debian leaves this source out; the makefile still names it.
    (tree / "pjmedia/src/pjmedia-audiodev/bdimad_dev.c").touch()
    _patch(tree / "pjlib/src/pj/log.c", *_QUIET_START)
    off = [f"--disable-{name}" for name in _SWITCHED_OFF]
    steps.run("./configure", "--with-external-srtp", "--enable-epoll", *off, CFLAGS=_FLAGS)
    with ThreadPoolExecutor(2) as pool:
        jobs = f"-j{os.cpu_count() or 1}"
        both = [pool.submit(steps.run, "make", jobs, "lib"), pool.submit(_wrap, steps)]
        for each in both:
            each.result()
    helper = ("make", "--no-print-directory", "-s", "-f", "helper.mak")
    libraries = [f"-l{name}" for name in steps.told(*helper, "libs", folder=_BINDING)]
    paths = steps.told(*helper, "ldflags", folder=_BINDING)
    link = ["g++", "-shared", "-s", "-o", "_pjsua2.so", "wrap.o", *paths, *libraries]
    steps.run(*link, folder=_BINDING)


def _patch(source: Path, was: str, becomes: str) -> None:
    text = source.read_text(encoding="utf-8")
    if was not in text:
        raise MachineError(f"pjproject has changed: {source.name} has no {was!r}")
    source.write_text(text.replace(was, becomes), encoding="utf-8")


def _wrap(steps: _Steps) -> None:
    """The binding: one huge generated source. Unoptimized, which halves the time of the build."""
    includes = [f"-I../../../../{folder}" for folder in _INCLUDES]
    swig = ["swig", *includes, "-c++", "-w312", "-threads", "-python", "-o", "wrap.cpp"]
    steps.run(*swig, "../pjsua2.i", folder=_BINDING)
    endian = ["-DPJ_IS_BIG_ENDIAN=0", "-DPJ_IS_LITTLE_ENDIAN=1"]
    if sys.byteorder == "big":
        endian = ["-DPJ_IS_BIG_ENDIAN=1", "-DPJ_IS_LITTLE_ENDIAN=0"]
    python = f"-I{sysconfig.get_paths()['include']}"
    flags = ["-O0", "-w", "-fPIC", "-DNDEBUG", "-DPJ_AUTOCONF=1", *endian, python, *includes]
    steps.run("g++", "-c", *flags, "wrap.cpp", "-o", "wrap.o", folder=_BINDING)


def _pack(tree: Path, out: Path, version: str) -> None:
    """A wheel, by PEP 427: the files, their list with digests, and what they are."""
    local = f"{version}+{_recipe()}"
    minor = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    tag = f"{minor}-{minor}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
    info = f"pjsua2-{local}.dist-info"
    meta = f"Metadata-Version: 2.1\nName: pjsua2\nVersion: {local}\nLicense: GPL-2.0-or-later\n"
    wheel = f"Wheel-Version: 1.0\nGenerator: callcenter\nRoot-Is-Purelib: false\nTag: {tag}\n"
    files = {name: (tree / _BINDING / name).read_bytes() for name in ("pjsua2.py", "_pjsua2.so")}
    files |= {f"{info}/METADATA": meta.encode(), f"{info}/WHEEL": wheel.encode()}
    record = f"{info}/RECORD"
    rows = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items()]
    files[record] = "".join([*rows, f"{record},,\n"]).encode()
    with zipfile.ZipFile(out / f"pjsua2-{local}-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
