#!/bin/sh
# SPDX-License-Identifier: MIT
# test_sim.sh: the simulation, 20,000 imports under the sanitizers, and a test of the simulator:
# each mutant (see mutate) breaks one rule, and must be caught by that rule.
set -u
: "${B:=build}"

"$B/simtest/sim" imports=20000 seed=1

list=$(tests/sim/mutate)
echo "$list" | while read -r name rule; do
    said=$("$B/sim/mutants/$name/sim" count=20 2>&1 | grep '^not ok' | head -n 1)
    case $said in
    "not ok - sim: seed "*": rule \"$rule\": "*) echo "ok - sim catches: $name" ;;
    *) echo "not ok - sim catches: $name: rule $rule, got: ${said:-nothing}" | sed 's/got: not ok/got/' ;;
    esac
done
