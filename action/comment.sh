#!/usr/bin/env bash
# comment.sh NUMBER PROJECT FILE: the file as a comment on a pull request. The one that an earlier run wrote about
# this project is replaced; a mark in it, which readers do not see, tells it from others.
set -euo pipefail

number=$1 project=$2 file=$3
api=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY
mark="<!-- qualify: $project -->"
most=65000 # characters that a comment may have, and a few to spare

# call METHOD ADDRESS [BODY]: the answer on standard output.
call() {
  local arguments=(--silent --show-error --fail-with-body --max-time 60 --request "$1")
  arguments+=(--header "Accept: application/vnd.github+json" --header "X-GitHub-Api-Version: 2022-11-28")
  if [ $# -gt 2 ]; then arguments+=(--header "Content-Type: application/json" --data-binary @-); fi
  # the token stands in a file of this process, not among the arguments that others can see
  curl --config <(printf 'header = "Authorization: Bearer %s"\n' "${INPUT_TOKEN:-}") "${arguments[@]}" "$2" \
    <<<"${3:-}"
}

# The number of the comment that is there, if any.
earlier() {
  local page=1 found answer
  while :; do
    answer=$(call GET "$api/issues/$number/comments?per_page=100&page=$page") || return
    found=$(jq -r --arg mark "$mark" 'map(select(.body | startswith($mark)))[0].id // empty' <<<"$answer")
    if [ -n "$found" ]; then printf '%s' "$found"; return; fi
    if [ "$(jq length <<<"$answer")" -lt 100 ]; then return; fi
    page=$((page + 1))
  done
}

body=$(jq -n --rawfile text "$file" --arg mark "$mark" --argjson most "$most" '
  ($mark + "\n" + $text) as $whole
  | if ($whole | length) <= $most then $whole
    else $whole[:$most] + "\n\n… the rest is in the summary of the job." end
  | { body: . }')

id=$(earlier) # not to know it would be to write a second one
if [ -n "$id" ]; then
  call PATCH "$api/issues/comments/$id" "$body" >/dev/null
else
  call POST "$api/issues/$number/comments" "$body" >/dev/null
fi
