# Sourced by the commands beside it: makes or renews .venv from the hash-locked requirements, then uses it.
# usage: prepare_environment requirements.txt [requirements-dev.txt]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_python() {
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Rådsvalg needs Python 3.11 or newer, and none was found. Install it, or name it in PYTHON." >&2
  exit 1
}

prepare_environment() {
  local wanted stamp=.venv/installed
  wanted=$(cat "$@" | cksum)
  if [ ! -x .venv/bin/python ]; then
    echo "Making .venv (once; about a minute) …" >&2
    "$(find_python)" -m venv .venv
  fi
  # A test environment holds everything that the program itself needs.
  if [ ! -f "$stamp" ] || ! grep -qxF "$wanted" "$stamp"; then
    echo "Installing $* …" >&2
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: \
      $(printf -- '-r %s ' "$@")
    echo "$wanted" >>"$stamp"
  fi
  .venv/bin/python -m scripts.translations compile
}
