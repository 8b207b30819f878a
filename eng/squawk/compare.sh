#!/usr/bin/env bash
# Prints, for each rule of squawk, how many places it names in the real migrations of ../shared/data, and how many of
# them surety check names as well, by its rule for the same danger. Needs a release build and Node.js.
#   eng/squawk/compare.sh > table.md
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
readonly ROOT=../..
readonly DATA=${SURETY_SHARED:-$ROOT/../shared}/data
[[ -d node_modules ]] || npm install --no-save --no-audit --no-fund --loglevel=error >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for set in "$DATA"/migrations-*; do
    folder=$work/$(basename "$set")
    mkdir "$folder"
    tar xzf "$set/migrations.tar.gz" -C "$folder"
    # Each file by itself, as squawk reads them.
    find "$folder" -name '*.sql' | sort >"$folder.files"
    xargs -a "$folder.files" node_modules/.bin/squawk --reporter=json --pg-version=15 \
        --include=require-table-schema --include=require-enum-value-ordering >"$folder.squawk.json" || true
    dotnet "$ROOT/artifacts/bin/Surety.Cli/release/surety.dll" check "$folder" --down --json --pg-version 15 --fail-on none \
        --rule prefer-if-exists --rule require-schema --rule enum-order --rule missing-statement-timeout \
        >"$folder.surety.json"
done
node compare.js "$work"/*.squawk.json
