#!/bin/sh
# SPDX-License-Identifier: MIT
# timeout: 600
# Runs the unit tests on armhf, under QEMU's emulation of Linux.
exec qemu-arm "$B/armhf/unit"
