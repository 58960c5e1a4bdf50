# In a Cloud Controller's pod: HOST PORT WAIT LIMIT [PING-HOST PING-WAIT PING-LIMIT [ADDRESS...]]
#
# The probe of the BBS Service; then what the Cloud Controller calls the BBS, a ping through the Service, one to each BBS pod's
# address, and the control connect to the first of them, at a port where nobody listens (TCPMUX).
# shellcheck shell=sh
seek curl
seek grep
printf 'missing 0 %s\n' "$missing"

# A Service's name, completed as this pod's resolver does it: the certificate may be for nothing shorter.
qualify() {
    unset IFS
    while read -r key rest; do
        [ "$key" = search ] || continue
        for entry in $rest; do
            case $entry in
            svc.*) host=$host.${entry#svc.} ;;
            *.svc.*) host=$host.${entry#*.svc.} ;;
            *) continue ;;
            esac
            host=${host%.}
            return
        done
    done </etc/resolv.conf
}
host=$1
case $host in *.svc) qualify ;; esac
printf 'host 0 %s\n' "$host"

# Only addresses are read: the file holds secrets.
called() {
    timeout -k 1 2 grep -ohE 'https://[A-Za-z0-9.-]+:[0-9]{1,5}' \
        /var/vcap/jobs/cloud_controller_ng/config/cloud_controller_ng.yml
}
# With the Cloud Controller's certificates; no proxy of the container's environment is between it and the BBS.
ping() {
    certs=/var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls
    timeout -k 1 "$limit" curl -sS --max-time "$wait" --noproxy '*' -d '' -o /dev/null -w 'status %{http_code}\n' \
        --cert $certs.crt --key $certs.key --cacert ${certs}_ca.crt "$@" "https://$peer:$port/v1/ping"
}
if [ $# -gt 4 ]; then
    peer=$5
    [ "$peer" != "$1" ] || peer=$host
    port=$2 wait=$6 limit=$7
    part ping ping &
fi
part probe connect 'scan by_bash spawn' "$host" "$2" "$3" "$4" &
if [ $# -gt 4 ]; then
    part called called &
    shift 7
    for address; do
        part "ping-$address" ping --resolve "$peer:$port:$address" &
    done
    [ $# = 0 ] || part control connect 'by_bash scan spawn' "$1" 1 1 1 &
fi
wait
