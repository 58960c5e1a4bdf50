# In a pod of Locket's own: DATABASE-HOST DATABASE-PORT WAIT LIMIT
# shellcheck shell=sh
printf 'missing 0 %s\n' "$missing"
part database connect 'scan by_bash spawn' "$1" "$2" "$3" "$4" &
wait
