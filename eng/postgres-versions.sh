#!/usr/bin/env bash
# Brings further PostgreSQL versions for the version matrix, without installing anything into this system:
#   eng/postgres-versions.sh [15] [17] [18]        17 and 18, unless told which
# puts each into artifacts/postgres/MAJOR, programs in its bin, and prints the folders as SURETY_PG_BIN wants them.
# What is there already stays. debootstrap asks for root; packages are only unpacked: none of their scripts runs, nothing
# is mounted, and no server is started.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
# shellcheck source=eng/setup.sh
source eng/setup.sh

readonly HOME_FOLDER=$PWD/artifacts/postgres
readonly DEBOOTSTRAP_SCRIPTS=/usr/share/debootstrap/scripts

# The mirror of Debian that this machine uses itself.
# shellcheck disable=SC2016 # $(SITE) is apt's, not the shell's
mirror() { apt-get indextargets --format '$(SITE)' | awk '/\/debian\/?$/ && !found { print; found = 1 }'; }

# The Debian release that has a major version.
release_of() {
    case $1 in
    15) printf bookworm ;;
    17) printf trixie ;;
    18) printf forky ;;
    *)
        say "no Debian release of this script has PostgreSQL $1; it knows 15, 17 and 18"
        return 2
        ;;
    esac
}

# One that is installed has no need to be brought.
folder_of() {
    local installed=/usr/lib/postgresql/$1/bin
    if [[ -x $installed/postgres ]]; then printf '%s' "$installed"; else printf '%s' "$HOME_FOLDER/$1/bin"; fi
}

is_present() { [[ $("$(folder_of "$1")/postgres" --version 2>/dev/null) == *"(PostgreSQL) $1"* ]]; }

as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

# A release newer than this debootstrap is made like unstable.
script_of() {
    local script=$DEBOOTSTRAP_SCRIPTS/$1
    if [[ ! -e $script ]]; then script=$DEBOOTSTRAP_SCRIPTS/sid; fi
    printf '%s' "$script"
}

# PostgreSQL and all that it depends on, down to the C library. Only usr: a tree of a whole system has links that lead out
# of it. With || return, because bash ignores set -e in what a caller tests.
unpack() {
    local major=$1 release=$2 folder=$3 package
    as_root debootstrap --download-only --variant=minbase --include="postgresql-$major" \
        "$release" "$folder/packages" "$(mirror)" "$(script_of "$release")" || return
    mkdir "$folder/system"
    for package in "$folder"/packages/var/cache/apt/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" |
            tar -x --no-same-owner -C "$folder/system" --anchored --exclude='./[!u]*' --exclude='./usr/share/doc' \
                --exclude='./usr/share/man' || return
    done
    as_root rm -rf "$folder/packages"
}

# Each program X becomes X.program, and X a script that runs it with the C library it was built for. PostgreSQL finds its
# other programs, its libraries and its share folder beside the name it was started by, which is the script's.
wrap() {
    local programs=$1 program
    for program in "$programs"/*; do
        if [[ $(head -c 4 "$program") != $'\x7fELF' ]]; then continue; fi
        mv "$program" "$program.program"
        cat >"$program" <<'WRAPPER'
#!/bin/sh
here=$(cd -P "${0%/*}" && pwd) || exit
system=${here%/usr/lib/postgresql/*}
name=${0##*/}
for loader in "$system"/usr/lib/*-linux-gnu/ld-linux-*.so.*; do
    exec "$loader" --argv0 "$here/$name" --library-path "${loader%/*}" "$here/$name.program" "$@"
done
WRAPPER
        chmod 755 "$program"
    done
}

bring() {
    local major=$1 folder=$HOME_FOLDER/$1 release log
    if is_present "$major"; then return; fi
    release=$(release_of "$major")
    for program in debootstrap dpkg-deb; do
        has_command $program || { say "$program is not installed: it brings PostgreSQL $major"; return 1; }
    done
    say "unpacking PostgreSQL $major of Debian $release into artifacts/postgres/$major (some 400 MB) ..."
    log=$folder.log
    as_root rm -rf "$folder" "$folder.new"
    mkdir -p "$folder.new"
    # Named last: a folder that has its name is complete.
    if ! unpack "$major" "$release" "$folder.new" >"$log" 2>&1; then
        say "PostgreSQL $major could not be unpacked:"
        say "$(tail -n 15 "$log")"
        return 1
    fi
    wrap "$folder.new/system/usr/lib/postgresql/$major/bin"
    ln -s "system/usr/lib/postgresql/$major/bin" "$folder.new/bin"
    mv "$folder.new" "$folder"
    rm -f "$log"
    is_present "$major" || { say "artifacts/postgres/$major/bin/postgres does not run"; return 1; }
}

folders=()
if [[ $# -eq 0 ]]; then set -- 17 18; fi
for major in "$@"; do
    bring "$major"
    folders+=("$(folder_of "$major")")
done
(IFS=: && printf '%s\n' "${folders[*]}")
