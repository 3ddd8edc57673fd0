/* SPDX-License-Identifier: MIT
 *
 * question.h: a question to lwIP's resolver that can be taken back. lwIP itself keeps the callback
 * until an answer comes or all its retries are over; here an answer to a question that was taken
 * back finds nobody, even when the memory of the question is gone. Needs LWIP_DNS. Under an
 * operating system the caller holds lwIP's core lock.
 */
#ifndef NANGO_LWIP_QUESTION_H
#define NANGO_LWIP_QUESTION_H

#include <stdint.h>

#include "lwip/ip_addr.h"

/* Zero: not asked yet. */
struct nango_question {
    struct nango_question *next; /* in the list of those that wait */
    uintptr_t number;            /* what lwIP gives back with the answer: no pointer */
    ip_addr_t addr;
    int8_t known; /* 1: addr; 0: not yet; < 0: NANGO_PORT_NO_NAME */
    /* NULL, or called when the answer has come later than question_ask; the asker's. */
    void (*came)(struct nango_question *q);
};

/* Asks; > 0 or < 0: `known` at once. 0: it will be, or there is no memory to ask now: asking again,
 * when it is not out, is allowed at any time. */
int question_ask(struct nango_question *q, const char *host);
/* Takes it back, if it is out; zero again. */
void question_forget(struct nango_question *q);

#endif
