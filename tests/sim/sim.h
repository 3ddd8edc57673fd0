/* SPDX-License-Identifier: MIT
 *
 * sim: deterministic simulation. One process, one virtual clock, one seed.
 *
 *     device.c  thousands of devices, each with a struct nango_client: they boot, import, sleep,
 *               lose their power in the middle of anything, and come back with what they had kept
 *     net.c     the port of these clients: delay, loss at any byte, half-open connections, drip,
 *               names that do not resolve, black holes
 *     server.c  a model of Nango: upsert, rate limit, errors before and after the write, restarts
 *     check.c   what must be true, whatever happens: see enum sim_rule
 *     clock.c   time, chance and the queue of events
 *
 * Nothing here waits, and nothing depends on anything but the seed: the same seed is the same run.
 */
#ifndef SIM_H
#define SIM_H

#include "nango.h"

/* ---- clock.c: time, chance, events ----------------------------------------------------------- */

extern uint64_t sim_now; /* milliseconds */

void sim_clock_init(uint64_t seed);
uint32_t sim_random(uint32_t below); /* 0 .. below - 1 */
uint32_t sim_between(uint32_t from, uint32_t to);
int sim_chance(uint32_t per_mille);

/* who and what are the handler's own. */
typedef void sim_handler(void *who, uint32_t what);
void sim_at(uint64_t when, sim_handler *run, void *who, uint32_t what);
int sim_step(void); /* the next event; 0: there is none */

#define SIM_KEY "c561815d-4b9e-4464-a3a8-e0cd610fd807"

/* ---- the run --------------------------------------------------------------------------------- */

struct sim_settings {
    uint64_t seed;
    uint32_t devices;
    uint32_t imports; /* how many are to be finished before the run ends */
    uint32_t limit;   /* requests a minute and account */
    uint32_t accounts;
    uint32_t weather;     /* how bad, per mille; 0: nothing ever fails */
    uint32_t boot_ms;     /* all devices boot within this time */
    uint32_t deadline_ms; /* of a call; 0: each device has its own */
    uint32_t spread_ms;   /* nango_settings.spread_ms */
    uint32_t naive_ms;    /* != 0: no client at all between two tries, which come every naive_ms */
    int64_t trace;        /* the device of which everything is printed; -1: none */
};
extern const struct sim_settings *sim;

struct sim_counts {
    uint64_t imports, calls, requests, reboots, cancels;
    uint64_t outcome[5];
    uint64_t link_faults, server_faults, limited;
    uint32_t most_requests; /* of one device */
};
extern struct sim_counts sim_counts;

/* Runs to its end, or until a rule is broken: see sim_report. */
void sim_run(const struct sim_settings *settings);

/* ---- check.c: what must be true -------------------------------------------------------------- */

enum sim_rule {
    RULE_NONE,
    RULE_TRUTH,    /* NOT_SENT and REFUSED: nothing of this call is in the store, or will ever be */
    RULE_DONE,     /* DONE: it is in the store */
    RULE_DOUBT,    /* IN_DOUBT: of a request that had left nobody said what became of it */
    RULE_ONCE,     /* one registration has one connection_id, and nobody else has it */
    RULE_VERDICT,  /* a final answer ends the call, as it says; nothing more is sent in it */
    RULE_EARLY,    /* after a 429, or a 503 with Retry-After, nothing is sent before it may */
    RULE_DEADLINE, /* no call outlives its deadline */
    RULE_STUCK,    /* where faults end, an import comes to an end */
    RULE_RESULT,   /* what the functions return and the result agree */
    RULE_REQUEST,  /* each request is whole, exact, and what was asked for */
    RULE_PORT,     /* the port's contract (nango_port.h) */
    RULE_MEMORY,   /* nothing is written beyond the client, its buffer and its result; no secret
                    * is left in them */
    RULES_LEN
};
extern const char *const sim_rules[RULES_LEN];

/* The first one ends the run. */
struct sim_report {
    enum sim_rule rule;
    uint32_t device;
    uint64_t at;
    char why[200];
};
const struct sim_report *sim_report(void);

struct sim_device;
__attribute__((format(printf, 3, 4))) void sim_broken(const struct sim_device *d,
                                                      enum sim_rule rule, const char *format, ...);
/* What happens to a device, for the trace. */
__attribute__((format(printf, 2, 3))) void sim_log(const struct sim_device *d, const char *format,
                                                   ...);

/* One thing to be registered. It lives as long as a device, a link or the server knows it. */
struct sim_import {
    struct sim_device *device;
    uint32_t number;
    uint32_t refs;
    uint32_t running; /* requests that the server works on */
    uint8_t refused;  /* the server will never take it */
    uint8_t stored;   /* it is in the store */
    char id[40];      /* under which it is imported; "": not known yet */
    char seen[40];    /* under which it came to the server first */
    /* A bit for each call: */
    uint64_t wrote;   /* the server wrote it to the store */
    uint64_t nothing; /* the client said that the server had not */
    uint64_t doubt;   /* it ended IN_DOUBT */
};
struct sim_import *sim_import_new(struct sim_device *d, uint32_t number);
struct sim_import *sim_import_ref(struct sim_import *i);
void sim_import_drop(struct sim_import *i);

void sim_check_init(void);
void sim_check_begin(struct sim_device *d);   /* a call */
void sim_check_sending(struct sim_device *d); /* the first byte of a request is about to leave */
/* What an answer says of the request, once it is there whole. */
enum sim_says {
    SAYS_NOTHING,   /* it may have been stored, or not: 408, 5xx */
    SAYS_LATER,     /* it was not: 429 */
    SAYS_DONE,      /* 201 */
    SAYS_NO,        /* 4xx */
    SAYS_ELSEWHERE, /* 302 */
    SAYS_ODD        /* a 2xx that makes no sense */
};
void sim_check_heard(struct sim_device *d, enum sim_says says, uint64_t not_before);
void sim_check_id(struct sim_import *i, const char *id);
void sim_check_write(struct sim_import *i, uint32_t call);
void sim_check_end(struct sim_device *d, int rc);

/* ---- device.c -------------------------------------------------------------------------------- */

enum { SIM_WORK = 1024, SIM_CANARY = 16, SIM_CANARY_BYTE = 0xc5, SIM_CALLS_MAX = 64 };

struct sim_device {
    uint32_t number;
    uint32_t account;
    /* The program's memory: gone with the power. */
    struct nango_client client;
    uint8_t canary_client[SIM_CANARY];
    uint8_t work[SIM_WORK + SIM_CANARY];
    uint32_t work_cap;
    struct nango_result result;
    uint8_t canary_result[SIM_CANARY];
    struct nango_connection connection;
    char token[40];
    uint8_t state;       /* of the program, see device.c */
    uint8_t is_late;     /* it does not come round to polling at once */
    uint8_t is_careless; /* it calls again without a look at retry_after_ms */
    uint8_t sleeps;      /* between calls it has no memory but what it keeps */
    int events;          /* what nango_poll waits for */
    uint32_t ticket;     /* of the timer that counts */
    uint64_t began_at;   /* the call */
    uint64_t late_ms;    /* how much later than it should it polled last */
    uint64_t due;        /* when it should poll */
    uint64_t timer_at;
    uint32_t deadline_ms;
    uint32_t unsettled;  /* requests of this call of which no answer has said what became of them */
    uint8_t said;        /* enum sim_says, of the call's final answer */
    uint64_t not_before; /* the server said so */
    struct sim_link *link;
    /* What it keeps. */
    struct sim_import *import;
    uint32_t imports;  /* so far */
    uint32_t requests; /* the same */
    uint32_t call;     /* of this import, from 0 */
    uint8_t was_cut;   /* a call of this import ended with the power */
    uint32_t failures;
    uint32_t boots;
};

void sim_devices_init(void);
void sim_devices_free(void);
/* One of these has come true for the device; it may poll. */
void sim_device_ready(struct sim_device *d, int events);
/* Everything goes well for it from now on. */
int sim_is_sheltered(const struct sim_device *d);

/* ---- net.c ----------------------------------------------------------------------------------- */

enum sim_cut { CUT_RESET, CUT_FIN, CUT_SILENCE };

struct sim_link {
    struct sim_device *device;
    struct sim_import *import; /* of the request that is on its way, or being served; or NULL */
    uint32_t call;
    uint32_t pending;            /* events that know this link; it lives as long as there are any */
    uint8_t held;                /* the device has it open */
    uint8_t open;                /* TCP is open */
    uint8_t told;                /* and the device knows */
    uint8_t served;              /* the server has it open */
    uint8_t over;                /* a final result was given: only net_close may follow */
    uint8_t stuck;               /* net_send failed: only what has come may still be read */
    uint8_t cut_how;             /* enum sim_cut */
    int8_t end;                  /* what net_recv (or net_open) says at the end; 0: nothing yet */
    uint32_t delay_ms;           /* one way */
    uint32_t step;               /* most bytes in one piece; 0: no limit */
    uint32_t up_left, down_left; /* bytes until it is cut */
    uint64_t up_at, down_at;     /* when the last piece arrives */
    /* Of the request: taken from the client, arrived at the server. */
    uint32_t sent, arrived;
    uint32_t drain; /* what is still to arrive of a request that was answered early */
    /* Of the answer: written, arrived at the client, taken by it. */
    uint32_t answer_len, visible, taken;
    uint32_t served_requests;
    uint8_t answered; /* the server has answered this request */
    enum sim_says says;
    uint8_t closes; /* the server closes behind the answer */
    uint64_t not_before;
    uint32_t head_len, whole_len;    /* 0: not known yet */
    uint8_t timed;                   /* the server's patience with it has begun */
    uint8_t running;                 /* the server works on it */
    char *up;                        /* the request so far, sent bytes; NULL: none */
    char *down;                      /* the answer; NULL: none */
    struct sim_link *before, *after; /* all links are a list */
};

extern const struct nango_port sim_port; /* ctx: a struct sim_device */
void sim_net_init(void);
void sim_net_free(void);
/* The server's side: sends text, of which it makes a copy. */
void sim_net_answer(struct sim_link *l, const char *text, size_t len);
void sim_net_end(struct sim_link *l, enum sim_cut how); /* the server's end of it */
void sim_net_end_all(void);
void sim_net_hold(struct sim_link *l);
void sim_net_drop(struct sim_link *l);
/* The device's power is gone, and with it its side. */
void sim_net_forget(struct sim_device *d);

/* ---- server.c -------------------------------------------------------------------------------- */

void sim_server_init(void);
void sim_server_free(void);
void sim_server_arrived(struct sim_link *l); /* bytes of a request */
int sim_server_is_up(const struct sim_device *d);
/* How many requests came in each second. */
enum { SIM_ARRIVALS = 20000 };
extern uint32_t sim_arrivals[SIM_ARRIVALS];

/* ---- herd.c ---------------------------------------------------------------------------------- */

int sim_herd(const char *svg); /* returns the exit status */

#endif
