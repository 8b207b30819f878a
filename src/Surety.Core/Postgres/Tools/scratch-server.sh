# shellcheck shell=sh
# Runs one scratch server for as long as standard input stays open, then removes every trace of it: the same way
# whether Surety closes the pipe or is killed. ScratchServer.cs starts it as
#   sh -c SCRIPT surety-scratch run FOLDER BIN INITDB-ARGUMENT...    prints "ready", or else why not
#   sh -c SCRIPT surety-scratch clean FOLDER                         removes what a dead one left behind
# FOLDER exists and holds settings.conf (appended to postgresql.conf) and password (for initdb --pwfile).
set -u
# Nothing but the end of the pipe ends this shell. PIPE: a Surety that is gone must not end it before it has cleaned up.
trap '' HUP INT QUIT TERM PIPE
mode=$1
folder=$(cd "$2" && pwd -P) || exit 1
shift 2
data=$folder/data
log=$folder/log
cd /
umask 077

# PostgreSQL refuses to run as root.
server_user=
if [ "$(id -u)" -eq 0 ]; then
    server_user=nobody
    if id postgres >/dev/null 2>&1; then server_user=postgres; fi
fi

as_server_user() {
    if [ -z "$server_user" ]; then
        "$@"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid="$server_user" --regid="$(id -g "$server_user")" --clear-groups -- "$@"
    else
        runuser -u "$server_user" -- "$@"
    fi
}

start_server() {
    bin=$1
    shift
    if [ -n "$server_user" ]; then chown -R "$server_user" "$folder" || return 1; fi
    if ! as_server_user test -x "$folder" || ! as_server_user test -x "$bin/initdb"; then
        echo "the user ${server_user:-$(id -un)} may not enter $folder or may not run $bin/initdb"
        return 1
    fi
    as_server_user "$bin/initdb" --pgdata="$data" --pwfile="$folder/password" "$@" </dev/null || return 1
    rm -f "$folder/password"
    cat "$folder/settings.conf" >>"$data/postgresql.conf" || return 1
    as_server_user "$bin/pg_ctl" start --silent --wait --timeout=60 --pgdata="$data" --log="$folder/server.log" </dev/null
}

# A process id may have come to mean another process. A postmaster's working directory is its data directory.
is_postmaster() {
    if [ -e /proc/self/cwd ]; then
        [ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$data" ]
    else
        ps -ww -o command= -p "$1" | grep -qF -- "$data"
    fi
}

stop_server() {
    # Read once: the postmaster removes the file a moment before it is gone itself.
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null)
    [ -n "$pid" ] && is_postmaster "$pid" || return 0
    kill -QUIT "$pid"
    tries=0
    while is_postmaster "$pid"; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ]; then kill -KILL "$pid"; fi
        sleep 0.05
    done
}

# A process that is just ending may still create a file.
remove_folder() {
    tries=0
    while [ -e "$folder" ] && [ $tries -lt 50 ]; do
        rm -rf "$folder" 2>/dev/null || sleep 0.1
        tries=$((tries + 1))
    done
    [ ! -e "$folder" ]
}

status=0
if [ "$mode" = run ]; then
    exec 2>>"$log"
    if start_server "$@" >>"$log" 2>&1; then
        echo ready
        while read -r _; do :; done
    else
        tail -n 15 "$log"
        tail -n 15 "$folder/server.log" 2>/dev/null
        status=1
    fi
fi
stop_server
remove_folder || status=2
exit $status
