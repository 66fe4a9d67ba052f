#!/usr/bin/env bash
# The whole review of a change in a GitHub workflow: layout, check, tests, diff. All of them run, whatever fails;
# the report goes into the job's summary and into a comment on the pull request.
#
# Needs bash, git, and for the comment curl and jq. Ends with 1 if something is wrong with the rules, with 2 if the
# review could not run.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=${INPUT_PROJECT:-.}
project=${project%/}
out=${RUNNER_TEMP:-$(mktemp -d)}/qualify
mkdir -p "$out"

# What stands behind `::` of a workflow command.
escaped() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}
# Whether an input says yes; YAML may have made something else of its words.
wants() { case ${1:-yes} in no | No | NO | false | False | off | 0) return 1 ;; esac; }
warn() { printf '::warning title=qualify::%s\n' "$(escaped "$1")"; }
fail() { printf '::error title=qualify::%s\n' "$(escaped "$1")"; }

cd "${GITHUB_WORKSPACE:-.}" || exit 2
export QUALIFY=${INPUT_QUALIFY:-} QUALIFY_VERSION=${INPUT_VERSION:-} QUALIFY_REPOSITORY=${ACTION_REPOSITORY:-}
export QUALIFY_ROOT=${RUNNER_TEMP:+$RUNNER_TEMP/qualify-program}
if ! qualify=$("$here/find-qualify.sh"); then
  fail "the program qualify could not be found or built"
  exit 2
fi

report=$out/report.md
results=()   # lines of the report
worst=0

# result STATUS NAME WORDS: one line of the report. 1 is a finding, anything above it could not run.
result() {
  case $1 in
    0) results+=("- ✅ **$2**: $3") ;;
    1) results+=("- ❌ **$2**: $3") ;;
    *) results+=("- ⚠️ **$2**: could not run, see the log") ;;
  esac
  if [ "$1" -gt "$worst" ]; then worst=$1; fi
}
group() { printf '::group::%s\n' "$*"; }
endgroup() { printf '::endgroup::\n'; }
# Shows files in the log. Ids of leads and texts of rules are in them, and a line of theirs must be no command of the
# workflow: commands are stopped until a word comes that nobody can know before.
show() {
  local token
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  token=qualify-${token:-$RANDOM$RANDOM$RANDOM$RANDOM}
  printf '::stop-commands::%s\n' "$token"
  cat "$@"
  printf '\n::%s::\n' "$token" # on a line of its own, however the files end
}
# The last line of a file that is not empty.
last_line() { sed -e '/^[[:space:]]*$/d' "$1" | tail -n 1; }

group qualify fmt --check "$project"
"$qualify" fmt --check "$project" >"$out/fmt.txt" 2>&1
status=$?
show "$out/fmt.txt"
endgroup
if [ "$status" -eq 1 ]; then
  result 1 layout "run \`qualify fmt $project\`"
  fail "some rule files are not laid out as qualify fmt does it: run qualify fmt $project"
else
  result "$status" layout "as it should be"
fi

group qualify check "$project"
arguments=(--sarif "$out/check.sarif" --junit "$out/check.xml" --format github)
if wants "${INPUT_DATA:-}"; then arguments+=(--data); fi
read -r -a denied <<<"${INPUT_DENY:-}"
for code in ${denied[@]+"${denied[@]}"}; do arguments+=(--deny "$code"); done
# the annotations are for the runner to read, so they are not kept from its eyes
"$qualify" check "$project" "${arguments[@]}" 2>"$out/check.txt"
status=$?
show "$out/check.txt"
endgroup
result "$status" check "$(last_line "$out/check.txt")"

if wants "${INPUT_LINT:-}"; then
  group qualify lint "$project"
  arguments=(--format github)
  if wants "${INPUT_DATA:-}"; then arguments+=(--data); fi
  "$qualify" lint "$project" "${arguments[@]}" 2>"$out/lint.txt"
  status=$?
  show "$out/lint.txt"
  endgroup
  # a model that does not check is told so once
  if [ "$worst" -eq 0 ] || [ "$status" -ne 1 ]; then
    result "$status" lint "$(last_line "$out/lint.txt")"
  fi
fi

group qualify test "$project"
"$qualify" test "$project" --junit "$out/tests.xml" >"$out/tests.txt" 2>&1
status=$?
show "$out/tests.txt"
endgroup
result "$status" tests "$(last_line "$out/tests.txt")"
if [ "$status" -ne 0 ]; then fail "$(last_line "$out/tests.txt")"; fi

# --- what the change does ---

event=${GITHUB_EVENT_PATH:-}
from_event() { if [ -f "$event" ]; then jq -r "$1 // empty" "$event" 2>/dev/null; fi; }
base=${INPUT_BASE:-}
if [ -z "$base" ]; then base=$(from_event .pull_request.base.sha); fi
if [ -z "$base" ]; then base=$(from_event .before); fi
if [[ $base =~ ^0+$ ]]; then base=""; fi # the first push of a branch
if [ -n "$base" ] && ! git cat-file -e "$base^{commit}" 2>/dev/null; then
  # a shallow checkout does not have it
  git fetch --quiet --no-tags --depth=1 origin "$base" 2>/dev/null || true
fi

: >"$out/diff.md"
manifest=$project
if [ -d "$project" ]; then manifest=$project/qualify.toml; fi
if [ -z "$base" ]; then
  echo "no revision to compare with"
elif ! git cat-file -e "$base^{commit}" 2>/dev/null; then
  result 2 diff ""
  fail "the revision $base is not in this checkout: use actions/checkout with fetch-depth 0"
elif ! git cat-file -e "$base:./${manifest#./}" 2>/dev/null; then
  result 0 diff "the project is new, there is nothing to compare it with"
else
  base=$(git rev-parse --short=10 "$base")
  group qualify diff "$base" --path "$project"
  arguments=(--format markdown --check) # budgets of the project stand in its qualify.toml
  if ! wants "${INPUT_DATA:-}"; then arguments+=(--only changes --only could); fi
  "$qualify" diff "$base" --path "$project" "${arguments[@]}" >"$out/diff.md" 2>"$out/diff.txt"
  status=$?
  show "$out/diff.md" "$out/diff.txt"
  endgroup
  case $status in
    0) result 0 diff "see below" ;;
    1) result 1 diff "more than the budgets allow, see below"
       fail "the change does more than the budgets of $project allow" ;;
    *) result "$status" diff "" ;;
  esac
fi

# --- the report ---

{
  printf '## qualify: %s\n\n' "$project"
  printf '%s\n' "${results[@]}"
  printf '\n'
  cat "$out/diff.md"
} >"$report"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$report" >>"$GITHUB_STEP_SUMMARY"; fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  {
    printf 'report=%s\nsarif=%s\n' "$report" "$out/check.sarif"
    printf 'junit-check=%s\njunit-tests=%s\n' "$out/check.xml" "$out/tests.xml"
  } >>"$GITHUB_OUTPUT"
fi

number=$(from_event .pull_request.number)
if wants "${INPUT_COMMENT:-}" && [ -n "$number" ]; then
  if ! why=$("$here/comment.sh" "$number" "$project" "$report" 2>&1); then
    # a pull request from a fork may not write comments
    warn "the comment could not be written, the report is in the summary of the job: $why"
  fi
fi

if [ "$worst" -gt 1 ]; then exit 2; fi
exit "$worst"
