#!/bin/sh
# What every script begins with. Comments and indentation are not sent: a request's line has its bounds.
#
# The parts of a script run side by side. Each has its own limit and comes back as its own section: one line, written at once so
# that none comes into another, with the part's name, its exit code and the first 3000 bytes of what it printed, tabs for line
# breaks. A part holds no descriptor but its own, so that whatever it prints is in its section. No expansion touches what it
# printed: bash's patterns stumble over bytes of their own, 1 and 127.
exec 2>/dev/null
set -f
# What tools say is read in English, whatever the container's locale.
export LC_ALL=C
part() {
    name=$1
    shift
    text=$(
        exec 3>&1
        code=$({ { "$@" </dev/null 2>&1 3>&- 4>&-; echo "$?" >&4; } | head -c 3000 | tr '\000\001\177\n' '???\t' >&3; } 4>&1)
        exit "${code:-125}"
    )
    printf '%s %s %s\n' "$name" "$?" "$text"
}

# Where a program is: BusyBox's timeout would run an applet of its own for a bare name.
seek() {
    IFS=:
    for path in $PATH; do
        path=$path/$1
        [ -f "$path" ] && [ -x "$path" ] && return
    done
    path=
    missing="$missing $1"
}
missing=
seek nc
nc=$path
seek bash
bash=$path
for tool in timeout head tr; do
    seek "$tool"
done

# A connect, in the first of these ways that there is: host, port, what nc waits, what timeout allows.
connect() {
    unset IFS
    ways=$1
    shift
    for way in $ways; do
        "$way" "$@"
        code=$?
        [ "$code" = 125 ] || return "$code"
    done
    return 127
}
scan() {
    [ "$nc" ] || return 125
    timeout -k 1 "$4" "$nc" -zv -w "$3" "$1" "$2"
    code=$?
    case $code in
    126 | 127) return 125 ;;
    1) case $(timeout -k 1 1 "$nc" -z 2>&1 | head -c 99) in *option*) return 125 ;; esac ;;
    esac
    return "$code"
}
by_bash() {
    [ "$bash" ] || return 125
    echo by bash
    # shellcheck disable=SC2016 # bash's own
    timeout -k 1 "$4" "$bash" -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2"
}
# BusyBox's nc without -z: it runs a program once it is connected.
spawn() {
    [ "$nc" ] || return 125
    echo by nc -e
    timeout -k 1 "$4" "$nc" -w "$3" "$1" "$2" -e true
}
