/* SPDX-License-Identifier: MIT
 *
 * answer: the texts that go over the wire, read and written: the server's side of HTTP.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "sim.h"

enum { ANSWER_MAX = 8192 };

enum answer {
    ANSWER_NONE,
    ANSWER_DONE,
    ANSWER_GARBLED,      /* 201, and a proxy broke its body */
    ANSWER_PORTAL,       /* 200, and a page for people */
    ANSWER_REDIRECT,     /* 302 */
    ANSWER_INVALID,      /* 400 invalid_body */
    ANSWER_VALIDATION,   /* 400 connection_validation_failed, behind the write */
    ANSWER_CAPPED,       /* 400 resource_capped */
    ANSWER_REVOKED,      /* 401 */
    ANSWER_FORBIDDEN,    /* 403 */
    ANSWER_UNKNOWN,      /* 404 */
    ANSWER_TIMEOUT,      /* 408, to half a request */
    ANSWER_LIMITED,      /* 429 */
    ANSWER_FAILED,       /* 500, nothing written */
    ANSWER_FAILED_LATE,  /* 500, behind the write */
    ANSWER_GATEWAY,      /* 502, a page */
    ANSWER_CLOSED,       /* 503 */
    ANSWER_TIMEOUT_LATE, /* 504, before the write */
    ANSWERS
};

struct answer_facts {
    const char *id;
    uint32_t limit, remaining;
    uint64_t reset_at;     /* of the rate limit's window */
    int32_t retry_after_s; /* < 0: not said */
    uint8_t closes;
};

const char *answer_name(enum answer kind);
enum sim_says answer_says(enum answer kind);
int answer_writes(enum answer kind); /* the server writes to its store */
int answer_closes(enum answer kind); /* the connection ends with it */
/* Returns the length. */
size_t answer_text(char text[ANSWER_MAX], enum answer kind, const struct answer_facts *f);

/* The request in l->up, l->arrived bytes of it. 1: its head is whole; sets head_len, whole_len. */
int answer_read_head(struct sim_link *l);
/* All is here. 1: it is what was to be sent. */
int answer_read_body(struct sim_link *l);

#endif
