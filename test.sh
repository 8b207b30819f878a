#!/usr/bin/env bash
# Sets up what is missing, then checks and tests everything. The last line counts the tests:
# "N passed, N failed, N skipped".
#   ./test.sh [--filter EXPRESSION] [--full]
# --full adds the version matrix: PostgreSQL 15, 17 and 18, each pair of server and client tools.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
# shellcheck source=eng/setup.sh
source eng/setup.sh

readonly RESULTS=artifacts/test-results
passed=0 failed=0 skipped=0
filter=()

finish() {
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    exit "$1"
}

step() {
    printf '== %s\n' "$1"
    shift
    if ! "$@" </dev/null; then
        printf 'this step failed, so no test ran: %s\n' "$*"
        finish 1
    fi
}

counter() { sed -nE "s/.*<Counters [^>]*\b$2=\"([0-9]+)\".*/\1/p" "$1"; }

count_results() {
    local file=$1 executed
    executed=$(counter "$file" executed)
    passed=$((passed + $(counter "$file" passed)))
    # Everything that ran and did not pass: failures, errors, timeouts, aborted tests.
    failed=$((failed + executed - $(counter "$file" passed)))
    skipped=$((skipped + $(counter "$file" total) - executed))
}

run_project() {
    local name=$1 file=$RESULTS/$1.trx failed_before=$failed status=0
    printf '== %s\n' "$name"
    dotnet test "tests/$name" -c Release --no-build --nologo --results-directory "$RESULTS" \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" "${filter[@]}" </dev/null || status=$?
    if [[ -f $file && $(counter "$file" total) -gt 0 ]]; then
        count_results "$file"
    elif [[ ${#filter[@]} -eq 0 ]]; then
        printf '%s: no results\n' "$name"
        status=1
    fi
    if [[ $status -ne 0 && $failed -eq $failed_before ]]; then
        printf '%s: the run ended with %d, though no test is recorded as failed\n' "$name" "$status"
        failed=$((failed + 1))
    fi
}

list_failures() {
    if [[ $failed -eq 0 ]]; then return; fi
    printf '== failed\n'
    # Their messages are above, where the project ran.
    sed -nE '/<UnitTestResult .*outcome="Failed"/s/.* testName="([^"]*)".*/\1/p' "$RESULTS"/*.trx
}

while [[ $# -gt 0 ]]; do
    case $1 in
    --filter)
        filter=(--filter "${2:?--filter needs an expression}")
        shift
        ;;
    --full) export SURETY_TEST_FULL=1 ;;
    *)
        say "usage: ./test.sh [--filter EXPRESSION] [--full]"
        exit 2
        ;;
    esac
    shift
done

rm -rf "$RESULTS"
mkdir -p "$RESULTS"
require_dotnet .
step "setting up" set_up postgres zstd zstd-program python3 pgbouncer npm shellcheck chromium
step "S3 server" set_up_npm eng/s3 "S3 server"
step "mail server" set_up_npm eng/smtp "mail server"
if [[ -n ${SURETY_TEST_FULL:-} ]]; then
    step "setting up for --full" set_up debootstrap
    step "PostgreSQL versions" eng/postgres-versions.sh 15 17 18
fi
if has_command shellcheck; then step "scripts" shellcheck -x surety test.sh eng/*.sh .ci/run src/Surety.Core/Postgres/Tools/*.sh; fi
step "tools" dotnet tool restore
step "format" dotnet csharpier check .
step "build" dotnet build Surety.slnx -c Release -nologo -v:quiet -clp:NoSummary -nodeReuse:false -p:RestoreLockedMode=true

while read -r project; do
    run_project "$(basename "$(dirname "$project")")"
done < <(grep -l Microsoft.NET.Test.Sdk tests/*/*.csproj)

list_failures
if [[ $((passed + failed)) -eq 0 ]]; then
    printf 'no test ran\n'
    finish 1
fi
finish $((failed > 0))
