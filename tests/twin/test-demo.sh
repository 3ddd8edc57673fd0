#!/bin/sh
# SPDX-License-Identifier: MIT
# The demo runs with the program under test, to its end.
out=$(tests/demo 2>&1) && echo 'ok - twin/demo' && exit 0
printf '%s\n' "$out" | sed 's/^/# /'
echo 'not ok - twin/demo: tests/demo failed, its output stands above'
exit 1
