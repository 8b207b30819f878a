#!/usr/bin/env bash
# Publishes surety for this machine, compiled ahead of time (ReadyToRun) for a fast start: eng/publish.sh FOLDER
set -euo pipefail
folder=$(realpath -m "${1:?usage: eng/publish.sh FOLDER}")
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
dotnet publish src/Surety.Cli -c Release -nologo -v:quiet --use-current-runtime --no-self-contained -o "$folder" \
    --artifacts-path artifacts/publishing -p:PublishReadyToRun=true -p:AheadOfTime=true
