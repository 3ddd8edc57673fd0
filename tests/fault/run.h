/* SPDX-License-Identifier: MIT
 *
 * run: imports with one fault in them, and what must hold after it.
 */
#ifndef RUN_H
#define RUN_H

#include "faulty.h"
#include "unit.h"

struct scenario {
    const char *name;
    int version; /* of TLS; 0: plain */
    const char *const *answers;
    size_t answers_len;
    int imports; /* one after the other, on one client */
    int makes_id;
    enum nango_outcome outcome; /* without a fault */
};

/* Tries a fault at each call (with NANGO_TEST_LONG: at every one, else at every `stride`th of TLS),
 * once and for good, until the call does not come any more. */
void run_fault(const struct scenario *s, const struct fault *f, size_t stride);
/* How many faults were tried. */
extern size_t run_tried;

#endif
