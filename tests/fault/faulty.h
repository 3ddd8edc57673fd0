/* SPDX-License-Identifier: MIT
 *
 * faulty: what a platform gives, with one fault in it: the N-th call of one function goes wrong in
 * one way, once or from then on.
 */
#ifndef FAULTY_H
#define FAULTY_H

#include "stage.h"

enum function { OPEN, SEND, RECV, WAIT, UPTIME, ENTROPY, CLOCK, ALLOC, FUNCTIONS };

/* How a call goes wrong. */
enum way {
    FAIL,      /* with `code`; a connection is dead then, with the same code */
    NOTHING,   /* 0 */
    SILENCE,   /* 0, and from now on for this connection */
    ONE_BYTE,  /* one byte moves only */
    FLIPPED,   /* one bit of what moves is another */
    EARLY,     /* wait: after a millisecond */
    OVERSLEPT, /* wait: an hour too late */
    MOVED      /* a clock: by `by`, from now on; unix_time: is `by` */
};

struct fault {
    enum function function;
    enum way way;
    int code;
    int64_t by;
    const char *name;
    /* What comes of it: where it happens once, 1: a success all the same, wherever it is. And the
     * errors that may come else: bands of enum nango_error, a bit each (1 << 7: TLS). */
    int is_overcome;
    unsigned bands;
    int error; /* from the first call on for good: this one; 0: see bands */
};
extern const struct fault faults[];
extern const size_t faults_len;

enum {
    HTTP = 1 << 4,
    JSON = 1 << 5,
    RESULT = 1 << 6,
    TLS = 1 << 7,
    PORT = 1 << 8,
    CLIENT = 1 << 9
};

struct faulty {
    struct stage stage;
    const struct fault *fault; /* NULL: none */
    size_t at;                 /* the call that goes wrong, from 1 */
    int lasts;                 /* 1: and all that follow */
    size_t calls;              /* of the function so far */
    size_t struck;             /* calls that went wrong */
    int64_t moved;             /* the uptime */
    uint64_t overslept;
    int opens;  /* what the stage said to net_open */
    int dead;   /* the connection, with this code; 1: it is silent */
    int living; /* allocations */
};
extern struct faulty faulty; /* one: allocations have no context */

extern const struct nango_port faulty_port; /* ctx: &faulty */
int faulty_entropy(void *ctx, void *buf, size_t len);
uint64_t faulty_time(void *ctx);

#endif
