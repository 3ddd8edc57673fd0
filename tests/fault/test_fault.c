/* SPDX-License-Identifier: MIT
 *
 * One fault in each call of what a platform gives, in each way that it can go wrong: see faulty.c
 * for the faults, run.c for what must hold.
 */
#include "run.h"

#include <stdio.h>

static const char *const done[] = {""};
static const char *const empty[] = {"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"};
static const char *const lost[] = {NULL, ""};

#define OF(list) list, sizeof(list) / sizeof *(list)
static const struct scenario scenarios[] = {
    {"plain: an import", 0, OF(done), 1, 0, NANGO_DONE},
    {"plain: an answer without a body", 0, OF(empty), 1, 0, NANGO_IN_DOUBT},
    {"plain: a retry, with an id that is made", 0, OF(lost), 1, 1, NANGO_DONE},
    {"plain: a kept connection", 0, OF(done), 3, 0, NANGO_DONE},
    {"TLS 1.2: an import", TLS1_2_VERSION, OF(done), 1, 0, NANGO_DONE},
    {"TLS 1.2: a retry", TLS1_2_VERSION, OF(lost), 1, 0, NANGO_DONE},
    {"TLS 1.3: an import", TLS1_3_VERSION, OF(done), 1, 0, NANGO_DONE},
    {"TLS 1.3: an answer without a body", TLS1_3_VERSION, OF(empty), 1, 0, NANGO_IN_DOUBT},
    {"TLS 1.3: a retry", TLS1_3_VERSION, OF(lost), 1, 0, NANGO_DONE},
    {"TLS 1.3: a kept connection", TLS1_3_VERSION, OF(done), 3, 0, NANGO_DONE},
};

/* Plain HTTP has no arena and no calendar, and needs chance for a back-off and an id only. A
 * handshake allocates thousands of times: one of each version will do. */
static int applies(const struct scenario *s, const struct fault *f)
{
    if (f->function == ALLOC) {
        return s->version != 0 && s->imports == 1 && s->answers == done;
    }
    return s->version != 0 || f->function < ENTROPY || (f->function == ENTROPY && s->makes_id);
}

void test_fault(void)
{
    char line[80];
    for (size_t s = 0; s < sizeof scenarios / sizeof scenarios[0]; s++) {
        for (size_t f = 0; f < faults_len; f++) {
            if (applies(&scenarios[s], &faults[f])) {
                run_fault(&scenarios[s], &faults[f], faults[f].function == ALLOC ? 101 : 11);
            }
        }
    }
    int len = snprintf(line, sizeof line, "# %zu faults tried\n", run_tried);
    unit_put(line, (size_t)len);
}
