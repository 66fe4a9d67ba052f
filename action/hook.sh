#!/usr/bin/env bash
# A hook of pre-commit: runs a command of qualify in the repository that is committed to.
set -euo pipefail

qualify=$("$(dirname "${BASH_SOURCE[0]}")/find-qualify.sh")
exec "$qualify" "$@"
