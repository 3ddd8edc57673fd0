/* SPDX-License-Identifier: MIT */
#include "client.h"

#include "out.h"

#include <string.h>

enum {
    STEPS = 16, /* of one nango_poll: a peer that never stops must not keep the caller from its
                      other work */
    IDLE_S = 5, /* how long a connection may be idle where the server does not say */
    AHEAD_MAX_MS =
        1 << 30 /* of a moment, and of a leap of the clock between two of them, see client.h */
};

/* memset that a compiler may not leave out because nobody reads the memory again. */
void client_wipe(void *memory, size_t len)
{
    volatile unsigned char *p = memory;
    while (len-- > 0) {
        *p++ = 0;
    }
}

static void read_clock(struct client *c)
{
    uint64_t uptime = c->tls.port->uptime_ms(c->tls.port_ctx);
    int64_t passed = (int64_t)(uptime - c->uptime);
    c->uptime = uptime;
    if (passed > 0) {
        c->now += passed < AHEAD_MAX_MS ? (uint32_t)passed : AHEAD_MAX_MS;
    }
}

/* 0: it has come. */
static uint32_t ms_until(const struct client *c, uint32_t moment)
{
    uint32_t ms = moment - c->now;
    return ms <= INT32_MAX ? ms : 0;
}

/* ------------------------------------------------------------------------------------- the end */

/* What is not kept for a later attempt is not left open. */
static void settle(struct client *c)
{
    if (!c->kept) {
        tls_close(&c->tls);
    }
}

void client_disconnect(struct client *c)
{
    c->kept = 0;
    settle(c);
}

/* The only way out of a call. */
int client_end(struct client *c, enum nango_outcome outcome, int error)
{
    c->out->outcome = outcome;
    c->out->error = error;
    c->ended = (int16_t)(error - NANGO_E_CLOSED);
    c->state = CLIENT_IDLE;
    settle(c);
    client_wipe(c->work, c->work_cap);
    client_wipe(&c->answer, sizeof c->answer);
    return error;
}

/* Nothing better can come: what is known of the connection? */
int client_give_up(struct client *c, int error)
{
    return client_end(c, c->doubt & CLIENT_WRITES ? NANGO_IN_DOUBT : NANGO_NOT_SENT, error);
}

/* --------------------------------------------------------------------------------- the retries */

/* Milliseconds, and no more than a moment may lie ahead. */
static uint32_t ms_of(uint32_t s)
{
    return s < AHEAD_MAX_MS / 1000 ? s * 1000 : AHEAD_MAX_MS;
}

/* What the server said of when to come again, in ms; 0: nothing. Its seconds are rounded down, so
 * one is added. */
static uint32_t server_wait_ms(const struct http *h)
{
    int32_t s = h->retry_after_s;
    if (h->limited && h->remaining == 0 && (int32_t)h->reset_in_s > s) {
        s = (int32_t)h->reset_in_s;
    }
    return s < 0 ? 0 : ms_of((uint32_t)s + 1);
}

/* Should the call end before the pause, then it ends at once, with this error. */
static int pause_for(struct client *c, uint32_t ms, int error)
{
    c->until = c->now + ms;
    c->out->error = error;
    c->left = 0; /* no attempt runs */
    c->state = CLIENT_PAUSE;
    settle(c);
    return 0;
}

/* This attempt failed for a reason that may pass: again after a pause with full jitter, somewhere
 * in [0, BASE * 2^failures), so that a crowd that failed together does not come back together. What
 * the server asked for holds for the next call as well. */
static int again(struct client *c, int error, uint32_t at_least_ms)
{
    uint32_t failures = c->failures, random;
    int rc = tls_random(c->tls.shared, &random, sizeof random);
    if (rc != 0) {
        c->out->cause = c->tls.shared->cause;
        error = rc;
    }
    if (rc != 0 || (c->doubt & CLIENT_ONCE)) {
        return client_give_up(c, error);
    }
    uint32_t most = NANGO_BACKOFF_MAX_MS;
    if (failures < 32 && NANGO_BACKOFF_BASE_MS < most >> failures) {
        most = (uint32_t)NANGO_BACKOFF_BASE_MS << failures;
    }
    failures += error == NANGO_E_LIMITED ? 3 : 1; /* a crowd disperses */
    c->failures = (uint8_t)(failures < UINT8_MAX ? failures : UINT8_MAX);
    c->not_before = c->now + at_least_ms;
    return pause_for(c, random % most + at_least_ms, error);
}

/* Will the same attempt, made again, perhaps end otherwise? A loss may; a peer that is not what it
 * should be will not. */
int client_may_pass(int error)
{
    static const uint8_t passing[] = {
        -NANGO_E_NO_NAME,   -NANGO_E_UNREACHABLE, -NANGO_E_RESET,    -NANGO_E_PORT,
        -NANGO_E_DEADLINE,  -NANGO_E_HTTP_SILENT, -NANGO_E_HTTP_CUT, -NANGO_E_TLS_HANDSHAKE,
        -NANGO_E_TLS_ALERT, -NANGO_E_TLS_BROKEN,
    };
    size_t left = sizeof passing;
    while (left > 0 && passing[left - 1] != -error) {
        left--;
    }
    return left != 0;
}

/* The attempt ended without a whole answer. */
static int lost(struct client *c, int error)
{
    int reused = c->kept;
    c->kept = 0;
    c->doubt |= c->left;
    if (error == NANGO_E_DEADLINE && !c->left && client_may_pass(c->out->error)) {
        error = c->out->error; /* what ended an attempt before says more than that time is over */
    } else {
        c->out->cause = c->tls.cause;
    }
    if (!client_may_pass(error)) {
        return client_give_up(c, error);
    }
    if (reused && !c->heard && error != NANGO_E_DEADLINE) {
        /* The server closed it while it was idle: no reason to wait. */
        return pause_for(c, 0, error);
    }
    return again(c, error, 0);
}

/* Does a refusal say of an earlier, doubtful attempt that it was refused as well? Only if it is
 * about the request, which is the same: invalid_body, invalid_json, ... */
static int is_about_request(const struct nango_result *out)
{
    static const char invalid[] = "invalid_";
    return memcmp(out->code, invalid, sizeof invalid - 1) == 0;
}

/* The answer is there, whole: what does it mean? */
static int judge(struct client *c)
{
    int error = result_finish(&c->answer);
    unsigned status = c->out->status, refused;
    if (error == 0 && (!c->left || (c->call->event == JSON_STRING && c->rq.id_sum != 0 &&
                                    c->answer.sum != c->rq.id_sum))) {
        error = NANGO_E_ANSWER; /* it can't have read what it says it has done; or of another id */
    }
    if (c->call->verdict != NULL) {
        error = c->call->verdict(c, error);
        if (error > 0) {
            return 0;
        }
    }
    if (error == NANGO_E_LIMITED || status == 408 || status >= 500) {
        c->doubt |= error != NANGO_E_LIMITED ? c->left : 0;
        return again(c, error, server_wait_ms(&c->http));
    }
    refused = error == NANGO_E_STATUS && (!(c->doubt & CLIENT_WRITES) || is_about_request(c->out));
    if (error == 0 || refused) {
        c->failures = 0;
        return client_end(c, NANGO_DONE + refused, error);
    }
    c->doubt |= status < 300 ? c->left : 0; /* it worked, by its status; its body is not Nango's */
    return client_give_up(c, error);
}

/* ----------------------------------------------------------------------------------- the steps */

/* Waits as TLS says, and for the clock in any case. */
static int wait_for(struct client *c)
{
    c->yield = c->tls.want == 0;
    return c->tls.want | NANGO_TIMER;
}

/* A kept connection is used only if it is quiet: no FIN, no stray byte, and the server's patience
 * is not over. */
static int is_usable(struct client *c)
{
    char byte;
    return c->kept && !(c->call->flags & CLIENT_ONCE) && ms_until(c, c->idle) > 0 &&
           tls_recv(&c->tls, &byte, 1) == 0;
}

static void begin_attempt(struct client *c)
{
    uint32_t left = ms_until(c, c->deadline);
    uint32_t share = left / 2 > NANGO_ATTEMPT_MIN_MS ? left / 2 : NANGO_ATTEMPT_MIN_MS;
    c->until = c->now + (share < left ? share : left);
    c->out->attempts = (uint8_t)(c->out->attempts + (c->out->attempts < UINT8_MAX));
    c->heard = 0;
    c->sent = 0;
    c->at = 0;
    c->filled = 0;
    c->sum = OUT_SUM_START;
    http_init(&c->http, c->out->message, sizeof c->out->message);
    if (!is_usable(c)) {
        client_disconnect(c);
    }
    c->state = CLIENT_CONNECT;
}

static int pause_step(struct client *c)
{
    uint32_t ms = ms_until(c, c->until);
    if (ms >= ms_until(c, c->deadline)) {
        c->out->retry_after_ms = ms;
        return client_give_up(c, c->out->error);
    }
    if (ms > 0) {
        return NANGO_TIMER;
    }
    begin_attempt(c);
    return 0;
}

static int connect_step(struct client *c)
{
    int rc = tls_open(&c->tls, ms_until(c, c->until)); /* of a kept one: it is */
    if (rc <= 0) {
        return rc == 0 ? wait_for(c) : lost(c, rc);
    }
    c->state = CLIENT_SEND;
    return 0;
}

/* An answer has ended: can the connection be kept? */
static int answered(struct client *c, size_t rest)
{
    c->kept = c->http.keep_alive && c->left && rest == 0;
    uint32_t idle_s = c->http.keep_alive_s != 0 ? c->http.keep_alive_s : IDLE_S;
    c->idle = c->now + (idle_s - 1) * 1000u;
    tls_learn_time(&c->tls, c->http.date);
    return judge(c);
}

/* The head of the final answer. If it comes while the request is on its way, then nobody reads the
 * rest of that. */
static void head(struct client *c)
{
    const struct http *h = &c->http;
    c->state = CLIENT_RECEIVE;
    c->out->status = h->status;
    c->out->cause = 0;
    c->out->retry_after_ms = 0;
    if (h->limited) {
        c->out->rate_limit = h->limit;
        c->out->rate_remaining = h->remaining;
        c->out->rate_reset_ms = ms_of(h->reset_in_s);
    }
    result_init(&c->answer, h->status, c->out, c->call->expect, c->call->event, c->fields,
                c->fields_len);
    if (c->call->values != NULL) {
        c->answer.values = c->call->values;
    }
    c->out->warnings |= h->location_cut * NANGO_WARN_CUT;
}

/* Bytes of the answer. */
static int take(struct client *c, const char *bytes, size_t len)
{
    size_t used;
    int rc;
    c->heard = 1;
    do {
        rc = http_feed(&c->http, bytes, len, &used);
        bytes += used;
        len -= used;
        if (rc == HTTP_HEAD) {
            head(c);
        } else if (c->http.body_len > 0) {
            result_feed(&c->answer, bytes - c->http.body_len, c->http.body_len);
        }
    } while (rc == HTTP_HEAD || (rc == HTTP_MORE && len > 0));
    return rc == HTTP_END ? answered(c, len) : rc == HTTP_MORE ? 0 : lost(c, rc);
}

/* The stream has ended, or failed. */
static int stream_end(struct client *c, int rc)
{
    int orderly = rc == TLS_END;
    if (orderly || rc == TLS_CUT) {
        rc = http_finish(&c->http, orderly);
    }
    c->http.keep_alive = 0;
    return rc == 0 ? answered(c, 0) : lost(c, rc);
}

/* Takes what has come into [buf, buf + cap). Returns 0 if something did, and how the call goes on
 * is in its state; else what to wait for. */
static int receive(struct client *c, char *buf, size_t cap)
{
    int rc = tls_recv(&c->tls, buf, cap);
    if (rc == 0) {
        return wait_for(c);
    }
    if (rc < 0) {
        return stream_end(c, rc);
    }
    return take(c, buf, (size_t)rc);
}

static int send_step(struct client *c)
{
    int rc = c->at == c->filled ? client_fill(c) : 0;
    if (rc == 0) {
        rc = tls_send(&c->tls, c->work + c->at, c->filled - c->at);
    }
    if (rc < 0) {
        return lost(c, rc);
    }
    c->at += (size_t)rc;
    c->sent += (size_t)rc;
    if (c->sent == c->message_len) {
        c->left = CLIENT_LEFT | c->call->flags;
        c->state = CLIENT_RECEIVE;
        return c->heard
                   ? 0
                   : NANGO_READ |
                         NANGO_TIMER; /* an answer takes a round trip: no use to look at once */
    }
    int events = wait_for(c);
    int heard = receive(c, c->work + c->work_cap - CLIENT_STAGING, CLIENT_STAGING);
    return rc > 0 && heard > 0 ? 0 : heard > 0 ? events | heard : heard;
}

/* The attempt's time. */
static int is_over(const struct client *c)
{
    return c->state != CLIENT_PAUSE && ms_until(c, c->until) == 0;
}

static int step(struct client *c)
{
    int rc = 1;
    if (c->state == CLIENT_PAUSE) {
        return pause_step(c);
    }
    if (c->state == CLIENT_RECEIVE) { /* also what came in time and was not looked for */
        rc = receive(c, c->work, c->work_cap);
    } else if (!is_over(c)) {
        return c->state == CLIENT_CONNECT ? connect_step(c) : send_step(c);
    }
    return rc > 0 && is_over(c) ? lost(c, NANGO_E_DEADLINE) : rc;
}

int nango_poll(struct nango_client *client)
{
    struct client *c = client_inside(client);
    c->yield = 0;
    if (client_is_running(c)) {
        read_clock(c);
    }
    for (int steps = STEPS; client_is_running(c); steps--) {
        if (steps == 0 && !is_over(c)) {
            c->yield = 1;
            return NANGO_TIMER;
        }
        int rc = steps == 0 ? lost(c, NANGO_E_DEADLINE) /* an answer without end */ : step(c);
        if (rc > 0) {
            return rc;
        }
    }
    return c->ended + NANGO_E_CLOSED;
}

uint32_t nango_wake_ms(struct nango_client *client)
{
    struct client *c = client_inside(client);
    if (!client_is_running(c)) {
        return UINT32_MAX;
    }
    read_clock(c);
    return c->yield ? 0 : ms_until(c, c->until);
}

int client_open(struct client *c, struct nango_result *out)
{
    if (c->state != CLIENT_IDLE) {
        return c->state == CLIENT_CLOSED ? NANGO_E_CLOSED : NANGO_E_BUSY;
    }
    memset(out, 0, sizeof *out);
    memset(&c->rq, 0, sizeof c->rq);
    c->out = out;
    c->doubt = 0;
    read_clock(c);
    c->deadline = c->now + c->deadline_ms;
    return 0;
}

int client_begin(struct client *c, const struct client_call *call)
{
    const struct nango_text *id = &c->rq.connection_id;
    struct window w = {.buf = NULL};
    c->call = call;
    if (c->secret_key.ptr == NULL && !(call->flags & CLIENT_KEYLESS)) {
        return client_end(c, NANGO_REFUSED, NANGO_E_SETTINGS);
    }
    if (call->body != NULL && call->body != request_import_body) { /* that one was measured */
        call->body(&w, &c->rq);
        c->rq.body_len = w.len;
    }
    c->message_len = 0;
    read_clock(c);
    if (id->ptr != NULL) {
        c->rq.id_sum = out_sum(OUT_SUM_START, id->ptr, id->len);
    }
    c->out->connection_id = *id;
    if (NANGO_SPREAD &&
        c->spread_ms != 0) { /* the moment of this device in the window of its fleet */
        c->not_before = c->rq.id_sum % c->spread_ms;
        c->spread_ms = 0;
    }
    uint32_t ms = ms_until(c, c->not_before);
    c->not_before = c->now + ms;
    return pause_for(c, ms, ms > 0 ? NANGO_E_LIMITED : NANGO_E_DEADLINE);
}
