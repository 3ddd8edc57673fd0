#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/run itself: what must count as failed, counts.
set -u
dir=$TMPDIR/programs
mkdir "$dir"

# expect NAME 'LAST LINE' EXIT-STATUS: a program with the script on standard input gives that.
expect() {
    printf '#!/bin/sh\n# timeout: 1\n' >"$dir/test.sh"
    cat >>"$dir/test.sh"
    chmod +x "$dir/test.sh"
    got=$(B=$TMPDIR/build tests/run "$dir/test.sh" 2>&1)
    status=$?
    last=$(echo "$got" | tail -n 1)
    if [ "$last" = "$2" ] && [ $status = "$3" ]; then
        echo "ok - run: $1"
    else
        echo "not ok - run: $1: '$last' and exit status $status, not '$2' and $3"
    fi
}

expect 'results are added up' '2 passed, 0 failed, 1 skipped' 0 <<'P'
echo 'ok - a'; echo noise; echo 'ok - b # SKIP not here'; echo 'ok - c'
P
expect 'a failed result' '1 passed, 1 failed' 1 <<'P'
echo 'ok - a'; echo 'not ok - b: why'; exit 1
P
expect 'a failed result with exit status 0' '0 passed, 1 failed' 1 <<'P'
echo 'not ok - b: why'
P
expect 'no result' '0 passed, 1 failed' 1 <<'P'
:
P
expect 'an exit status without a failed result' '1 passed, 1 failed' 1 <<'P'
echo 'ok - a'; exit 1
P
expect 'a crash' '1 passed, 1 failed' 1 <<'P'
echo 'ok - a'; kill -SEGV $$
P
expect 'a crash after a failed result' '0 passed, 2 failed' 1 <<'P'
echo 'not ok - a: why'; kill -SEGV $$
P
expect 'too much time' '1 passed, 1 failed' 1 <<'P'
echo 'ok - a'; sleep 30
P
expect 'fewer results than planned' '1 passed, 1 failed' 1 <<'P'
echo 'ok - a'; echo 1..2
P
expect 'all skipped is no success' '0 passed, 0 failed, 1 skipped' 1 <<'P'
echo 'ok - a # SKIP not here'
P
echo 1..10
