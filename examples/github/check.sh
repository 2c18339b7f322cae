#!/usr/bin/env bash
# The step of action.yml. It reads FILES (one a line), PLATFORMS and PROGRAM; the last two may be empty.
set -euo pipefail

program=${PROGRAM:-}
if [ -z "$program" ]; then
  cargo install --quiet --locked --path "$GITHUB_ACTION_PATH" --root "$RUNNER_TEMP/avatar-prep"
  program=$RUNNER_TEMP/avatar-prep/bin/avatar-prep
fi

files=()
while IFS= read -r file; do
  if [ -n "$file" ]; then files+=("$file"); fi
done <<< "${FILES:-.}"

options=(--format github)
if [ -n "${PLATFORMS:-}" ]; then options+=(--for "$PLATFORMS"); fi

exec "$program" check "${options[@]}" -- "${files[@]}"
