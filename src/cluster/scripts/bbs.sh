# In a BBS pod: PORT LISTEN-LIMIT LOCK-LIMIT [DATABASE-HOST DATABASE-PORT WAIT LIMIT]
#
# Whether it listens on its own port; who holds the locks, unless that limit is 0; a connect to the database.
# shellcheck shell=sh
printf 'missing 0 %s\n' "$missing"

# The setup is bash's where there is one; cfdot may be in the path without it.
locks() {
    # shellcheck disable=SC2016 # the inner shell's own
    timeout -k 1 "$1" "${bash:-sh}" -c '[ ! -r "$1" ] || . "$1"; exec cfdot locks' cfdot /var/vcap/jobs/cfdot/bin/setup
}
part listening connect 'by_bash scan spawn' 127.0.0.1 "$1" "$2" "$2" &
[ "$3" = 0 ] || part locks locks "$3" &
[ $# -lt 7 ] || part database connect 'scan by_bash spawn' "$4" "$5" "$6" "$7" &
wait
