#!/bin/sh
# SPDX-License-Identifier: MIT
# timeout: 600
# Runs the unit tests on the Cortex-M3 that QEMU emulates.
qemu-system-arm -M mps2-an385 -display none -monitor none -serial stdio \
    -semihosting-config enable=on,target=native -kernel "$B/size/unit.elf"
