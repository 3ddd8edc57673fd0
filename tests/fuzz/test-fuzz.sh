#!/bin/sh
# SPDX-License-Identifier: MIT
# timeout: 600
# The short form of tests/fuzz: each target over what was found before (tests/fuzz/corpus), over the seeds, and then over a
# number of inputs made from them, the same ones each time.
set -u
RUNS=8000
programs=$B/fuzz/bin
here=$(dirname "$0")
node "$here/seeds.mjs" "$TMPDIR/seeds" || exit 2
failed=0
for source in "$here"/fuzz_*.c; do
    target=$(basename "$source" .c)
    target=${target#fuzz_}
    mkdir -p "$TMPDIR/seeds/$target" "$TMPDIR/corpus"
    cp "$here/corpus/$target"/* "$TMPDIR/seeds/$target" 2>/dev/null # there may be none
    if "$programs/$target" -seed=1 -runs=$RUNS -max_len=4096 -timeout=60 -artifact_prefix="$TMPDIR/" \
        "$TMPDIR/corpus" "$TMPDIR/seeds/$target" >"$TMPDIR/log" 2>&1; then
        echo "ok - fuzz: $target"
    else
        failed=1
        echo "not ok - fuzz: $target: $(grep -E 'not so|ERROR|runtime error|Base64' "$TMPDIR/log" | head -n 4 | tr '\n' ' ')"
    fi
    rm -rf "$TMPDIR/corpus"
done
exit $failed
