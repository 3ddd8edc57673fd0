#!/bin/sh
# SPDX-License-Identifier: MIT
# timeout: 600
# Runs the unit tests on s390x (big-endian), under QEMU's emulation of Linux.
exec qemu-s390x "$B/s390x/unit"
