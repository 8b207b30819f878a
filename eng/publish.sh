#!/usr/bin/env bash
# Publishes surety for this machine with its runtime, everything compiled ahead of time (ReadyToRun, composite: without
# the runtime in it, generic code over our own types would still be compiled at each start), and its server into the
# folder server below it: eng/publish.sh FOLDER
# Takes about three minutes.
set -euo pipefail
folder=$(realpath -m "${1:?usage: eng/publish.sh FOLDER}")
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
dotnet publish src/Surety.Cli -c Release -nologo -v:quiet --use-current-runtime --self-contained -o "$folder" \
    --artifacts-path artifacts/publishing -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true -p:AheadOfTime=true
# The server starts once and runs for months: no need to compile it ahead of time.
dotnet publish src/Surety.Server -c Release -nologo -v:quiet --use-current-runtime --self-contained -o "$folder/server" \
    --artifacts-path artifacts/publishing -p:AheadOfTime=true
