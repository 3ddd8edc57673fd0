#!/bin/sh
# SPDX-License-Identifier: MIT
# Instructions (callgrind, user space) of making the request of a connection and of reading its answer with five
# members wanted, whole and in pieces of 128 bytes: nango-c, and http-parser with cJSON and with jsmn, in the same
# run. The budget of nango-c is 5,000 and 15,000 (issue 4).
set -eu
program=${B:-build}/host/bench-core
[ -x "$program" ] || { echo "$0: make bench-core builds $program" >&2; exit 1; }
answer=../shared/bench/answer.http
[ -f "$answer" ] || answer=tests/bench/answer.http
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT

count() { # WHAT FUNCTION
    LD_BIND_NOW=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="$2" "$program" "$1" "$answer" \
        2>"$counts" || { cat "$counts" >&2; exit 1; }
    sed -n 's/^==[0-9]*== Collected : \([0-9]*\)$/\1/p' "$counts"
}

row() { printf '%-22s %9s %9s %9s  %s\n' "$@"; }

build=$(count build-nango nango_build)
read=$(count read-nango nango_read)
pieces=$(count pieces-nango nango_read)
echo "instructions, $(wc -c <"$answer") bytes of answer ($answer)"
row '' build read 'in 128s' ''
row nango-c "$build" "$read" "$pieces" 'framing, grammar, UTF-8, escapes checked; no heap; nothing buffered'
row 'http-parser, cJSON' "$(count build-cjson cjson_build)" "$(count read-cjson cjson_read)" \
    "$(count pieces-cjson cjson_read)" 'a tree on the heap; the body is buffered whole'
row 'http-parser, jsmn' - "$(count read-jsmn jsmn_read)" "$(count pieces-jsmn jsmn_read)" \
    'no escapes, few checks; the body is buffered whole'
