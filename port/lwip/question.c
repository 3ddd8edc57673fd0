/* SPDX-License-Identifier: MIT */
#include "question.h"

#include "lwip/dns.h"
#include "nango_port.h"

static struct nango_question *waiting;

static struct nango_question *take_off(uintptr_t number)
{
    struct nango_question **at = &waiting;
    while (*at != NULL && (*at)->number != number) {
        at = &(*at)->next;
    }
    struct nango_question *q = *at;
    if (q != NULL) {
        *at = q->next;
        q->number = 0;
    }
    return q;
}

static void answered(const char *name, const ip_addr_t *addr, void *number)
{
    struct nango_question *q = take_off((uintptr_t)number);
    (void)name;
    if (q != NULL) { /* else it was taken back */
        q->known = addr != NULL ? 1 : NANGO_PORT_NO_NAME;
        q->addr = addr != NULL ? *addr : q->addr;
        if (q->came != NULL) {
            q->came(q);
        }
    }
}

int question_ask(struct nango_question *q, const char *host)
{
    static uintptr_t last;
    if (q->known != 0 || q->number != 0) {
        return q->known;
    }
    q->number = ++last;
    q->next = waiting;
    waiting = q; /* before the question, for lwIP may answer from inside the call */
    err_t err = dns_gethostbyname(host, &q->addr, answered, (void *)q->number);
    if (err != ERR_INPROGRESS) { /* known already; or no memory, too long a name, no server */
        (void)take_off(q->number);
        q->known = err == ERR_OK ? 1 : err == ERR_MEM ? 0 : NANGO_PORT_NO_NAME;
    }
    return q->known;
}

void question_forget(struct nango_question *q)
{
    (void)take_off(q->number);
    *q = (struct nango_question){.known = 0};
}
