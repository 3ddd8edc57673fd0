#!/bin/sh
# SPDX-License-Identifier: MIT
# timeout: 600
# The short form of tests/proofs: the smallest bounds, and what is shown in seconds.
: "${CBMC:=build/deps/cbmc/cbmc}"
if ! "$CBMC" --version >/dev/null 2>&1; then
    echo "ok - proofs # SKIP no CBMC: $(tail -n 1 build/deps/cbmc.tried 2>/dev/null || echo 'set CBMC=')"
    exit 0
fi
export CBMC
exec tests/proofs/run "$TMPDIR/proofs" short
