#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's example, compiled as it stands there and run against the reference server over TLS.
set -u
: "${B:=build}"
work=$(mktemp -d)
trap 'exec 3>&-; wait; rm -rf "$work"' EXIT

awk '/^```/ { inside = $0 == "```c"; next } inside' README.md >"$work/example.c"
lines=$(wc -l <"$work/example.c")
if ! ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -Iport/posix "$work/example.c" \
    "$B/host/libnango.a" "$B/host/libmbedtls.a" -o "$work/example"; then
    echo "not ok - readme: the example compiles: see above"
    exit 1
fi
echo "ok - readme: the example compiles ($lines lines)"

tests/twin/certs.sh "$B/certs" >/dev/null
mkfifo "$work/stdin"
node tests/twin/server.mjs --tls ec --certs "$B/certs" --until-eof <"$work/stdin" >"$work/ready" &
exec 3>"$work/stdin" # the server ends when this is closed
for _ in $(seq 200); do
    [ ! -s "$work/ready" ] || break
    sleep 0.1
done
ready() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$work/ready"; }

said=$(NANGO_SECRET_KEY=$(ready key) TOKEN=gho_of_the_example \
    "$work/example" "$B/certs/ec-root.pem" localhost "$(ready port)")
status=$?
if [ $status -eq 0 ] && [ "$said" = "DONE OK " ]; then
    echo "ok - readme: the example imports over TLS"
else
    echo "not ok - readme: the example imports over TLS: status $status, said $said"
fi
stored=$(node tests/twin/ask.mjs "$(ready control)" /_twin/connections)
case $stored in
*device-42*gho_of_the_example*) echo "ok - readme: the server has it" ;;
*) echo "not ok - readme: the server has it: $stored" ;;
esac
said=$(NANGO_SECRET_KEY=$(ready key) TOKEN=t "$work/example" "$B/certs/rsa-root.pem" localhost "$(ready port)")
case $said in
"NOT_SENT TLS_ROOT "*) echo "ok - readme: another root is not trusted" ;;
*) echo "not ok - readme: another root is not trusted: $said" ;;
esac
