#!/bin/sh
# SPDX-License-Identifier: MIT
# The static program: one file that needs nothing beside it, and no heap is linked into it.
set -u
program=$B/static/nangoc

if readelf -lW "$program" | grep -qE 'INTERP|DYNAMIC'; then
    echo 'not ok - static: needs nothing beside it: it has an interpreter or dynamic section'
else
    echo 'ok - static: needs nothing beside it'
fi

# musl has a file for each function; the map lists those that were linked, and why.
heap=$(grep -A 1 -E '\((malloc|free|calloc|realloc|aligned_alloc|memalign|lite_malloc|brk|sbrk|expand_heap)\.lo\)$' \
    "$program.map" | head -n 2)
if ! grep -q 'libc\.a(' "$program.map"; then
    echo 'not ok - static: no heap is linked: the map names no file of libc'
elif [ -z "$heap" ]; then
    echo 'ok - static: no heap is linked'
else
    echo "$heap"
    echo "not ok - static: no heap is linked: $(echo "$heap" | head -n 1 | sed 's,.*/,,')"
fi
echo 1..2
