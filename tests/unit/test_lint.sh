#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/lint: this tree obeys it, and it sees what it is there to see.
set -u
spdx='/* SPDX-License-Identifier: MIT */'

if found=$(tests/lint); then
    echo "ok - lint: this tree"
else
    echo "$found"
    echo "not ok - lint: this tree: $(echo "$found" | wc -l) problems"
fi

# A small tree that is in order, to be spoilt.
tree=$TMPDIR/tree
mkdir "$tree"
cp -R tests/lint "$TMPDIR/lint"
start() {
    rm -rf "$tree"
    mkdir -p "$tree/tests" "$tree/src" "$tree/include"
    cp "$TMPDIR/lint" "$tree/tests/lint"
    git -C "$tree" init -q
    echo "$spdx" | tee "$tree/src/out.h" "$tree/src/json_read.h" "$tree/src/tls.h" \
        >"$tree/include/nango.h"
    printf '%s\n#include "out.h"\n#include "tls.h"\n#include <string.h>\n' "$spdx" >"$tree/src/out.c"
}

# sees NAME PATTERN: lint of the spoilt tree prints one line, which matches.
sees() {
    got=$("$tree/tests/lint" 2>&1)
    status=$?
    if [ $status = 1 ] && [ "$(echo "$got" | grep -c .)" = 1 ] && echo "$got" | grep -q "$2"; then
        echo "ok - lint: sees $1"
    else
        echo "not ok - lint: sees $1: exit status $status, '$got'"
    fi
    start
}

start
if got=$("$tree/tests/lint" 2>&1) && [ -z "$got" ]; then
    echo "ok - lint: a tree in order"
else
    echo "not ok - lint: a tree in order: $got"
fi
echo '#include "json_read.h"' >>"$tree/src/out.c"
sees 'a header beside it on the line' 'not to its right'
printf '%s\n#include "out.h"\n' "$spdx" >"$tree/src/tls.c"
sees 'a header to the left' 'not to its right'
echo '#include <stdio.h>' >>"$tree/src/out.c"
sees 'stdio' 'stdio.h, which is no station'
echo '#include <unistd.h>' >>"$tree/src/out.c"
sees 'a header of an operating system' 'is no station'
echo "$spdx" >"$tree/src/other.c"
sees 'a file without a place' 'no place'
printf '%s\n#include "out.h"\n#include "json_read.h"\n' "$spdx" >"$tree/src/out_part.c"
sees 'a part that includes a header beside its whole' 'not to its right'
echo 'void *f(void) { return malloc(1); }' >>"$tree/src/out.c"
sees 'malloc' 'src/out.c:5: .*malloc'
echo '#include "mbedtls/ssl.h"' >>"$tree/src/out.h"
sees 'Mbed TLS' 'only tls knows'
echo 'int n = sizeof(struct nango_port);' >>"$tree/src/out.c"
sees 'the port in a file of bytes' 'no port'
printf '%s\n#include <jsmn.h>\n' "$spdx" | tee "$tree/src/result.c" >"$tree/src/check.c"
sees 'jsmn in two files' 'jsmn'
echo 'int x;' >"$tree/src/out.h"
sees 'a missing SPDX line' 'src/out.h: does not begin'
printf '/* %0100d */\n' 0 >>"$tree/src/out.c"
sees 'a long line' 'src/out.c:5: longer'
printf '/* TO''DO */\n' >>"$tree/src/out.c"
sees 'unfinished work' 'src/out.c:5'
mkdir "$tree/lib" && echo "$spdx" >"$tree/lib/x.c"
sees 'a new top-level folder' 'top level'
echo 1..16
