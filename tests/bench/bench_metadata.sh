#!/bin/sh
# SPDX-License-Identifier: MIT
# Instructions for each byte of metadata, from 10 KB to 10 MB through a work buffer of 1 KB: the whole
# import without a network, check and send, counted by valgrind. They must not grow with the length.
set -eu
program=${B:-build}/host/bench-metadata
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" 2>&1 |
        sed -n 's/.*Collected : //p'
}
[ -x "$program" ] || { echo "$0: make bench builds $program" >&2; exit 1; }
least=$(count 1000)
lowest=0 highest=0
for len in 10000 100000 1000000 10000000; do
    milli=$((($(count $len) - least) * 1000 / (len - 1000)))
    echo "$len bytes: $((milli / 1000)).$(printf %03d $((milli % 1000))) instructions a byte"
    [ $lowest -ne 0 ] && [ $lowest -le $milli ] || lowest=$milli
    [ $highest -ge $milli ] || highest=$milli
done
echo "most / least: $((highest * 1000 / lowest)) thousandths (at most 1200)"
[ $((highest * 1000 / lowest)) -le 1200 ]
