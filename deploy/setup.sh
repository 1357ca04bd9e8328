#!/usr/bin/env bash
# Makes the environment in .venv: `deploy/setup.sh run` for use, `deploy/setup.sh test` for development.
# Installs from constraints.txt. Asks apt only for what is missing, and says so where it may not.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
python=${PYTHON:-python3}
# The wheels without CUDA; one quick try, because not every network reaches them.
torch_index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}

began=$SECONDS

say() { printf '\033[1m%s\033[0m\n' "$*"; }

apt_install() {
    if ! command -v apt-get >/dev/null; then
        say "Missing: $*. This is not a Debian machine: please install it and try again."
        exit 1
    fi
    local root=""
    if [ "$(id -u)" != 0 ]; then
        if sudo -n true 2>/dev/null; then
            root="sudo"
        else
            say "Missing: $*. Please run: sudo apt-get install $*"
            exit 1
        fi
    fi
    say "Installing with apt: $*"
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    command -v "$python" >/dev/null || apt_install python3
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        say "Ustaz needs Python 3.11 or newer; this is $("$python" --version). Set PYTHON to a newer one."
        exit 1
    }
}
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import venv, ensurepip' 2>/dev/null || apt_install python3-venv
    "$python" -m venv .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }
torch=$(grep -i '^torch==' constraints.txt)
packages=""
if [ "$purpose" = test ]; then
    missing=()
    command -v chromium >/dev/null || missing+=(chromium)
    fc-list 2>/dev/null | grep -qi -E "noto|dejavu" || missing+=(fonts-dejavu-core)
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
    if [ ${#missing[@]} -gt 0 ]; then
        # Beside pip: each waits for its own server, and they write to different places.
        apt_install "${missing[@]}" &
        packages=$!
        trap 'kill "$packages" 2>/dev/null || true' EXIT
    fi
fi
if ! .venv/bin/python -c 'from importlib.metadata import version; version("torch")' 2>/dev/null; then
    say "Installing $torch (CPU)"
    pip install -q --retries 0 --timeout 5 --index-url "$torch_index" -c constraints.txt "$torch" >/dev/null 2>&1 ||
        pip install -q --no-compile -c constraints.txt "$torch"
fi

# Bytecode is made when a module is first imported: most of what lies there never is.
if [ "$purpose" = test ]; then
    say "Installing Ustaz and what its tests need"
    pip install -q --no-compile -c constraints.txt -e '.[postgres,dev]'
    if [ -n "$packages" ]; then
        wait "$packages"
        trap - EXIT
    fi
else
    say "Installing Ustaz"
    pip install -q --no-compile -c constraints.txt -e '.[postgres]'
fi
say "The environment is ready ($((SECONDS - began)) s)"
