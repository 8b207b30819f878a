# What the root scripts need on a machine, and how to get it there. Sourced by ./surety and ./test.sh; everything it says
# goes to stderr, because the product's stdout is data.
# shellcheck shell=bash

readonly OLDEST_POSTGRES=14
readonly CLUSTER_DROP_IN=/etc/postgresql-common/createcluster.d/surety-setup.conf
readonly SERVICE_POLICY=/usr/sbin/policy-rc.d

say() { printf '%s\n' "$*" >&2; }

# The .NET SDK of global.json. It is not in Debian 12, so it is asked for rather than installed.
require_dotnet() {
    local root=$1
    if command -v dotnet >/dev/null && (cd "$root" && dotnet --version >/dev/null 2>&1); then return; fi
    say "Surety is built from source with the .NET SDK 10 (global.json), which is not installed. To install it:"
    say "  Debian 13, Ubuntu 24.04 and newer, Fedora: the package dotnet-sdk-10.0, where your release has it"
    say "  Debian 12: wget https://packages.microsoft.com/config/debian/12/packages-microsoft-prod.deb"
    say "             sudo dpkg -i packages-microsoft-prod.deb && sudo apt-get update && sudo apt-get install dotnet-sdk-10.0"
    say "  everything else: https://dotnet.microsoft.com/download/dotnet/10.0"
    exit 1
}

has_postgres() {
    local folder major
    local -a path_folders
    if [[ -n ${SURETY_PG_BIN:-} ]]; then return; fi # chosen by hand: the product says what is wrong with it
    IFS=: read -ra path_folders <<<"$PATH"
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
        /usr/local/opt/postgresql@*/bin "${path_folders[@]}"; do
        [[ -x $folder/initdb && -x $folder/postgres && -x $folder/pg_restore ]] || continue
        # "postgres (PostgreSQL) 15.18 ..."; a folder of links into a removed package says nothing.
        major=$("$folder/postgres" --version 2>/dev/null | sed -nE 's/.*\(PostgreSQL\) ([0-9]+).*/\1/p')
        if [[ -n $major && $major -ge $OLDEST_POSTGRES ]]; then return; fi
    done
    return 1
}

has_zstd() {
    compgen -G '/usr/lib/*/libzstd.so.1' >/dev/null || compgen -G '/lib/*/libzstd.so.1' >/dev/null ||
        compgen -G '/usr/lib*/libzstd.so.1' >/dev/null || compgen -G '/opt/homebrew/lib/libzstd*.dylib' >/dev/null
}

has_command() { command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 ]]; }

# set_up NAME...: installs what is missing of postgres, zstd (the library), zstd-program, and Debian packages that are named
# after their program.
set_up() {
    local name
    local -a packages=()
    for name in "$@"; do
        case $name in
        postgres) has_postgres || packages+=(postgresql) ;;
        zstd) has_zstd || packages+=(libzstd1) ;;
        zstd-program) has_command zstd || packages+=(zstd) ;;
        *) has_command "$name" || packages+=("$name") ;;
        esac
    done
    if [[ ${#packages[@]} -eq 0 ]]; then return; fi
    if ! command -v apt-get >/dev/null; then
        say "not found, and this system has no apt-get to install them: ${packages[*]} (Debian's names). Going on without."
        return
    fi
    install_packages "${packages[@]}"
}

# set_up_npm FOLDER WHAT: the packages of a server that tests talk to, as its package-lock.json has them.
set_up_npm() {
    local folder=$1 what=$2
    if cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed"; then return; fi
    say "installing the $what of the tests with npm"
    quietly npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error || return
    cp "$folder/package-lock.json" "$folder/node_modules/.installed"
}

# In a subshell, so that its clean-up runs whether the installation works, fails or is interrupted.
install_packages() (
    local -a as_root=()
    if [[ $(id -u) -ne 0 ]]; then as_root=(sudo); fi
    say "installing with ${as_root[*]} apt-get: $*"
    trap 'remove_guards "${as_root[@]}"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # With || exit, because callers may test the outcome, and bash ignores set -e inside a test.
    add_guards "${as_root[@]}" || exit
    local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    # A fresh container has no package lists, an old one has lists of packages that are gone.
    quietly "${apt[@]}" update || exit
    quietly "${apt[@]}" install -y --no-install-recommends "$@"
)

# Shows what a command said only where it failed.
quietly() {
    local said
    if said=$("$@" </dev/null 2>&1); then return; fi
    say "$said"
    return 1
}

# Nobody asked for a PostgreSQL cluster or a running service: only for programs. Both guards last as long as the
# installation; a configuration that is already there stays as it is.
add_guards() {
    "$@" mkdir -p "$(dirname "$CLUSTER_DROP_IN")" || return
    printf 'create_main_cluster = false\n' | "$@" tee "$CLUSTER_DROP_IN" >/dev/null || return
    if [[ ! -e $SERVICE_POLICY ]]; then
        printf '#!/bin/sh\n# surety-setup\nexit 101\n' | "$@" tee "$SERVICE_POLICY" >/dev/null
        "$@" chmod 755 "$SERVICE_POLICY"
    fi
}

remove_guards() {
    "$@" rm -f "$CLUSTER_DROP_IN"
    "$@" rmdir --ignore-fail-on-non-empty "$(dirname "$CLUSTER_DROP_IN")"
    if grep -qs surety-setup "$SERVICE_POLICY"; then "$@" rm -f "$SERVICE_POLICY"; fi
}
