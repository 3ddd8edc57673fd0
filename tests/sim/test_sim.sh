#!/bin/sh
# SPDX-License-Identifier: MIT
# test_sim.sh: the simulation, 20,000 imports under the sanitizers; the herd of 100,000 devices; and
# a test of the simulator: each mutant (see mutate) breaks one rule, and must be caught by that rule.
set -u
: "${B:=build}" "${TMPDIR:=/tmp}"

"$B/simtest/sim" seed=1 | tee "$TMPDIR/sim"

# Another build, the same seed: the same run, but for the seconds that it took.
fast=$("$B/sim/sim" seed=1 | sed -n 's/ in [^ ]* s$//p')
if [ "$fast" = "$(sed -n 's/ in [^ ]* s$//p' "$TMPDIR/sim")" ]; then
    echo "ok - sim: the same seed is the same run"
else
    echo "not ok - sim: the same seed is the same run: $fast"
fi

"$B/sim/sim" herd || echo "not ok - sim: the herd: it ended with status $?"

list=$(tests/sim/mutate)
echo "$list" | while read -r name rule; do
    said=$("$B/sim/mutants/$name/sim" count=20 2>&1 | grep '^not ok' | head -n 1)
    case $said in
    "not ok - sim: seed "*": rule \"$rule\": "*) echo "ok - sim catches: $name" ;;
    *) echo "not ok - sim catches: $name: rule $rule, got: ${said:-nothing}" | sed 's/got: not ok/got/' ;;
    esac
done
