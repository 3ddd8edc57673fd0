/* SPDX-License-Identifier: MIT
 *
 * client: the machine that drives a call. The only file that knows all stations, the deadline and
 * the rules of retry.
 *
 *     CLOSED -nango_init-> IDLE -begin-> PAUSE -> CONNECT -> SEND -> RECEIVE -> IDLE ...
 *                                          ^         |        |         |  a verdict, or nothing
 *                                          |         |        +-------->|  better can come
 *                                          +---------+--------+---------+  a loss, 408, 429, 5xx
 *
 * Every attempt begins at the end of a pause; the first one's has no length.
 *
 * What an attempt that ends without a verdict leaves behind is `doubt`: set once the last byte of
 * any request has left and the server may have acted on it. Without that byte there is no request:
 * its body is shorter than its Content-Length, or its head does not end (RFC 9112, sections 6.3
 * and 8). It decides between NOT_SENT and IN_DOUBT, and is never taken back within a call.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "check.h"
#include "http_read.h"
#include "result.h"
#include "tls.h"

struct client;

/* What a call is, and then what is known of its requests (client.left, client.doubt). */
enum {
    CLIENT_LEFT = 1,   /* the last byte of a request was taken by tls_send */
    CLIENT_WRITES = 2, /* it may change something: without a verdict it is IN_DOUBT */
    CLIENT_ONCE = 4,   /* it must not be repeated, so it goes out on a fresh connection */
    CLIENT_KEYLESS = 8 /* it is sent without the secret key */
};

/* A call of Nango's API: all that the machine needs to know of it. ctx is the client's struct
 * request. */
struct client_call {
    const char *method;
    void (*target)(struct window *w, const void *ctx);
    void (*body)(struct window *w, const void *ctx); /* NULL: none */
    /* Where the members of the answer go instead of the fields, see struct result; or NULL. */
    int (*values)(void *ctx, enum json_event event, const char *bytes, size_t len);
    /* The answer is there, and this is what it came to. Returns what it comes to for this call, 0
     * or an error; or 1: it has ended the call, or begun another. NULL: as it is. */
    int (*verdict)(struct client *c, int error);
    const char
        *expect; /* the member that a success has, and as what, see result_init; a string must
                         * be that of which rq.id_sum is */
    uint8_t event;
    uint8_t flags;
};

enum client_state {
    CLIENT_CLOSED, /* all zero: nango_init was not called, or nango_close was */
    CLIENT_IDLE,
    CLIENT_PAUSE, /* from here on a call runs */
    CLIENT_CONNECT,
    CLIENT_SEND,
    CLIENT_RECEIVE
};

/* In the order of how often they are touched: what lies near the front has a shorter instruction on
 * a Cortex-M, and bytes have the shortest reach. */
struct client {
    uint8_t state;
    uint8_t failures;
    uint8_t doubt; /* see above */
    uint8_t left;  /* of this attempt: 0, or CLIENT_LEFT and the flags of the call */
    uint8_t heard; /* a byte of this attempt's answer has come */
    uint8_t kept;  /* the connection is open and idle, or this attempt was begun on such a one */
    uint8_t yield; /* nango_poll returned with more to do at once */
    uint8_t fields_len;

    /* Moments on a clock of milliseconds since nango_init that only goes forward, modulo 2^32: told
     * apart by their difference, so they may lie up to 24 days ahead. Whoever looks at one has read
     * the clock once or twice since it lay ahead by 12 days at the most, and a reading moves the
     * clock by 12 days at the most: so what has passed is never taken for what is to come. */
    uint64_t uptime; /* the port's, when `now` was last moved */
    uint32_t now;
    uint32_t deadline;   /* of the call */
    uint32_t until;      /* the end of the pause, or of the attempt's share of the deadline */
    uint32_t idle;       /* from then on a kept connection is not used any more */
    uint32_t not_before; /* the server has asked not to send earlier, or the fleet is spread so */

    /* The message: [0, sent) has left; [sent, filled) stands at the front of the work buffer from
     * `at` on. */
    size_t message_len;
    size_t sent;
    size_t at;
    size_t filled;
    uint32_t sum;

    struct nango_result *out;
    const struct client_call *call;
    struct nango_field *fields;
    char *work;
    size_t work_cap;
    struct tls tls; /* holds the settings that say whereto */
    struct request rq;
    const char *prefix;
    struct nango_text secret_key;
    struct nango_text user_agent;
    uint32_t deadline_ms;
    uint32_t spread_ms; /* of the settings, until the first call */

    struct http http;
    struct result answer;
    int16_t ended; /* what nango_poll returns where no call runs, less NANGO_E_CLOSED */
    char id[NANGO_MAKE_ID ? REQUEST_UUID_CAP : 1]; /* the connection_id that was made; the last
                                                    * member: see nango_close */
};

static inline struct client *client_inside(struct nango_client *client)
{
    return (struct client *)(void *)client;
}

/* RFC 9110, sections 4.2.1 and 4.2.2. */
static inline uint16_t client_default_port(int plain_http)
{
    return plain_http ? 80 : 443;
}

static inline int client_is_running(const struct client *c)
{
    return c->state >= CLIENT_PAUSE;
}

/* What every call starts with: a result, and a request that are empty; and a deadline. 0,
 * NANGO_E_BUSY or NANGO_E_CLOSED. */
int client_open(struct client *c, struct nango_result *out);
/* Then it goes; what it sends stands in c->rq. Returns 0, or ends with NANGO_E_SETTINGS. */
int client_begin(struct client *c, const struct client_call *call);
/* The next window of the message, to the front of the work buffer: 0, or an error. */
enum { CLIENT_STAGING = 128 }; /* its tail always stays free for an answer */
int client_fill(struct client *c);
/* The only way out of a call. Returns error. */
int client_end(struct client *c, enum nango_outcome outcome, int error);
/* Will the same attempt, made again, perhaps end otherwise? */
int client_may_pass(int error);
/* Nothing better can come: NOT_SENT or, after a doubtful attempt, IN_DOUBT. */
int client_give_up(struct client *c, int error);
void client_disconnect(struct client *c);
/* memset that a compiler may not leave out because nobody reads the memory again. */
void client_wipe(void *memory, size_t len);

#endif
