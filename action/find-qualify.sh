#!/usr/bin/env bash
# Prints the path of the program: the one named by QUALIFY, the one on the PATH, or one that cargo builds.
#
# There is no released binary yet. What is built comes from the sources beside this script, or, if QUALIFY_VERSION
# names a revision, from that revision of QUALIFY_REPOSITORY (OWNER/NAME on GITHUB_SERVER_URL). It is put into
# QUALIFY_ROOT, or else into .qualify beside the sources, and found there the next time.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=${QUALIFY_VERSION:-}
root=${QUALIFY_ROOT:-$here/.qualify}

if [ -n "${QUALIFY:-}" ]; then
  if ! command -v "$QUALIFY"; then
    echo "there is no program $QUALIFY" >&2
    exit 2
  fi
  exit
fi
if [ -z "$version" ] && command -v qualify; then
  exit
fi
if [ -n "$version" ]; then
  root=$root/$version
fi
if [ ! -x "$root/bin/qualify" ]; then
  if ! command -v cargo >/dev/null; then
    echo "qualify is not on the PATH, and there is no cargo to build it with" >&2
    exit 2
  fi
  if [ -n "$version" ]; then
    from=(--git "${GITHUB_SERVER_URL:-https://github.com}/$QUALIFY_REPOSITORY" --rev "$version" qualify-cli)
  else
    from=(--path "$here/crates/qualify-cli")
  fi
  cargo install --quiet --locked --root "$root" "${from[@]}" >&2
fi
echo "$root/bin/qualify"
