/* SPDX-License-Identifier: MIT
 *
 * nangoc.h: what the files of the program share.
 *
 *     main -> options -> flags, settings -> import -> bulk -> input, csv -> item -> slot -> client
 *                          |                           |----> journal, rate, exists
 *                        secret                        |----> report -> explain; results, progress
 *
 * No heap and no stdio: memory is static, what is written goes through print. A function that can
 * fail returns 0 or one of these exit codes, and has said why on standard error.
 */
#ifndef NANGOC_H
#define NANGOC_H

#include "nango.h"
#include "print.h"

#include <signal.h>

enum exit_code {
    EXIT_REFUSED = 1,       /* some connections were refused, by the rules or by the server */
    EXIT_USAGE = 2,         /* the command line, the environment, the settings */
    EXIT_STOPPED = 3,       /* 401, 403 or resource_capped: no other would fare better */
    EXIT_NETWORK = 4,       /* network, TLS, a rate limit that outlasts the call, or in doubt */
    EXIT_LOCAL = 5,         /* a local file could not be read, or standard output not be written */
    EXIT_INTERRUPTED = 130, /* Ctrl-C */
};

/* How often Ctrl-C (SIGINT, SIGTERM) came: once lets what is in flight end, twice cancels it. */
extern volatile sig_atomic_t nangoc_interrupted;

/* "nangoc: " and a line on standard error. */
#define SAY(...)                                                        \
    (print_f(&print_err, "nangoc: "), print_f(&print_err, __VA_ARGS__), \
     print_bytes(&print_err, "\n", 1), (void)print_flush(&print_err))
#define FAIL(code, ...) (SAY(__VA_ARGS__), (int)(code))

#endif
