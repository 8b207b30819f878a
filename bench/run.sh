#!/usr/bin/env bash
# Measures Surety beside its peers on a scratch server and prints a table: bench/run.sh [--rounds N] [--scale N] [--orders N]
# Needs about 12 GB of free disk and 10 minutes. PostgreSQL 18's pg_dump takes part where eng/postgres-versions.sh brought it.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

if [[ -d artifacts/postgres/18/bin ]]; then PATH=$PATH:$PWD/artifacts/postgres/18/bin; fi

echo "building ..." >&2
eng/publish.sh artifacts/publish >&2
dotnet build bench/Surety.Bench -c Release -nologo -v:quiet >&2
printf '%s, %s cores, %s; %s\n\n' "$(uname -srm)" "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(date -u +%F)"
exec dotnet artifacts/bin/Surety.Bench/release/Surety.Bench.dll compare --surety "$PWD/artifacts/publish/surety" "$@"
