#!/bin/sh
# SPDX-License-Identifier: MIT
# Handshakes, full and resumed, and requests, beside curl's: see tls.mjs.
exec node tests/bench/tls.mjs
