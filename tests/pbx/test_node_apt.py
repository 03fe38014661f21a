"""What is taken from the host's apt: its mirror, its settings, versions."""

import pytest
from callcenter.pbx.apt import mirrors_of, settings_of, upstream

pytestmark = pytest.mark.pure


def block(uri: str, release: str, component: str = "main", **more: str) -> str:
    fields = {"Repo-URI": uri, "Release": release, "Component": component, "Target-Of": "deb"}
    return "".join(f"{key}: {value}\n" for key, value in (fields | more).items())


DEBIAN = {"Origin": "Debian", "Label": "Debian"}


def test_the_main_archive_is_chosen() -> None:
    targets = [
        block("http://third.example/apt/", "stable", Origin="Third"),
        block("http://mirror.example/debian-security/", "bookworm-security", **DEBIAN),
        block("http://mirror.example/debian/", "bookworm-updates", **DEBIAN),
        block("http://mirror.example/debian/", "bookworm", component="contrib", **DEBIAN),
        block("http://mirror.example/debian/", "bookworm", **DEBIAN),
        block("http://other.example/debian/", "bookworm", **DEBIAN),
    ]
    assert mirrors_of("\n".join(targets)) == [
        "http://mirror.example/debian",
        "http://other.example/debian",
    ]


def test_before_the_first_update_plain_suites_count() -> None:
    targets = [
        block("http://mirror.example/debian-security/", "bookworm-security"),
        block("http://mirror.example/debian/", "bookworm"),
    ]
    assert mirrors_of("\n".join(targets)) == ["http://mirror.example/debian"]


def test_flat_archives_media_and_sources_are_no_mirrors() -> None:
    targets = [
        block("http://flat.example/", "./"),
        block("cdrom:[Debian 12]/", "bookworm"),
        block("file:/srv/debs/", "bookworm"),
        block("http://mirror.example/debian/", "bookworm") + "Target-Of: deb-src\n",
    ]
    assert mirrors_of("\n".join(targets)) == []


def test_only_what_reaches_and_trusts_the_mirror_is_taken_over() -> None:
    dump = """\
APT::Install-Recommends "1";
Acquire::Check-Valid-Until "false";
Acquire::Check-Date "false";
Acquire::http "";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::https::CaInfo "/etc/ssl/own.pem";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Dir::Cache::pkgcache "";
DPkg::Post-Invoke:: "true";
"""
    assert settings_of(dump).splitlines() == [
        'Acquire::Check-Valid-Until "false";',
        'Acquire::Check-Date "false";',
        'Acquire::http "";',
        'Acquire::http::Proxy "http://proxy.example:3128";',
        'Acquire::https::CaInfo "/etc/ssl/own.pem";',
    ]


def test_a_host_that_checks_validity_keeps_checking() -> None:
    assert settings_of('Acquire::AllowInsecureRepositories "0";\n') == ""


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        ("1:22.10.1+dfsg+~cs6.17.60671434-1", (22, 10)),
        ("Asterisk 22.4.0~dfsg", (22, 4)),
        ("20.0.0", (20, 0)),
        ("", ()),
        ("GIT-master", ()),
    ],
)
def test_versions(version: str, numbers: tuple[int, ...]) -> None:
    assert upstream(version) == numbers
