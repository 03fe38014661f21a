# Steps that scripts/up and scripts/test share; sourced by them, from the project's folder.

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 3
}

# Run a long step. A terminal sees how it goes; elsewhere it is silent, unless it fails: then all
# that it said is shown.
long_step() {
    if [ -t 1 ]; then
        "$@"
    else
        said=$("$@" 2>&1) || fail "this failed: $*
$said"
    fi
}

# Install the Debian packages that are missing; asks the network for nothing when none is.
need_packages() {
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
        *" installed") ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || fail "these packages are missing, and only root can install them; run:
  sudo apt-get install --no-install-recommends$missing"
    echo "Installing$missing: some minutes"
    export DEBIAN_FRONTEND=noninteractive
    long_step apt-get -q update
    # shellcheck disable=SC2086  # a list of names
    long_step apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold install $missing
}

# Make .venv with the project, and the extra named (such as dev) if any, unless it is so already.
need_venv() {
    stamp=.venv/made${1:+-$1}
    wanted="$(python3 -V) $(sha256sum <pyproject.toml)"
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    echo "Installing the project and its libraries into .venv: some minutes the first time"
    [ -x .venv/bin/pip ] || python3 -m venv --clear .venv
    long_step .venv/bin/pip --disable-pip-version-check install --editable ".${1:+[$1]}"
    echo "$wanted" >"$stamp"
}
