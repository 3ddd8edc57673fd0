/* SPDX-License-Identifier: MIT
 *
 * net: the network between a device and the server, and the port to it. What will go wrong on a
 * connection is drawn when it is opened.
 */
#include "link.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = 16384, REQUEST_MAX = 8192, IDLE_MS = 61000 };

/* ---- opening --------------------------------------------------------------------------------- */

static void on_open(void *who, uint32_t what)
{
    struct sim_link *l = who;
    if (what != 0) {
        l->end = (int8_t)(0 - (int)what);
    } else if (!sim_server_is_up(l->device)) {
        l->end = NANGO_PORT_UNREACHABLE;
    } else {
        l->open = l->served = 1;
    }
    link_wake(l, NANGO_WRITE);
    sim_net_drop(l);
}

static void draw_cut(struct sim_link *l)
{
    uint32_t after = sim_chance(300) ? sim_random(4) : sim_random(1500);
    l->cut_how = (uint8_t)(sim_chance(500) ? CUT_RESET : sim_chance(300) ? CUT_FIN : CUT_SILENCE);
    if (sim_chance(500)) {
        l->up_left = after;
    } else {
        l->down_left = after;
    }
}

static void draw_drip(struct sim_link *l)
{
    static const uint32_t steps[] = {1, 3, 17, 100, 500};
    l->step = steps[sim_random(5)];
    l->delay_ms = sim_chance(500) ? 1 + sim_random(5) : sim_random(1000);
}

/* What becomes of it? 0: the opening never ends. */
static int draw_fate(struct sim_link *l, uint32_t *opening)
{
    *opening = 0;
    l->delay_ms = sim_between(1, 150);
    if (sim_is_sheltered(l->device) || !sim_chance(sim->weather)) {
        return 1;
    }
    sim_counts.link_faults++;
    switch (sim_random(10)) {
    case 0: return 0;
    case 1: *opening = -NANGO_PORT_NO_NAME; break;
    case 2: *opening = -NANGO_PORT_UNREACHABLE; break;
    case 3: draw_drip(l); break;
    case 4: l->delay_ms = sim_random(4000); break;
    default: draw_cut(l); break;
    }
    return 1;
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct sim_device *d = ctx;
    struct sim_link *l = d->link;
    if (l == NULL) {
        uint32_t opening;
        l = d->link = link_new(d);
        if (draw_fate(l, &opening)) {
            link_later(sim_now + 2 * l->delay_ms, on_open, l, opening);
        }
        sim_log(d, "opens a connection (delay %u ms, step %u)", l->delay_ms, l->step);
    }
    if (strcmp(host, "nango.example") != 0 || port != 80 || l->over || l->told) {
        sim_broken(d, RULE_PORT, "net_open(%s, %u) where it may not be called so", host, port);
    }
    if (share_ms > d->deadline_ms) {
        sim_broken(d, RULE_DEADLINE, "%u ms for opening a connection", share_ms);
    }
    l->told = l->open;
    l->over = !l->open && l->end != 0;
    return l->open ? 1 : l->end;
}

/* ---- up -------------------------------------------------------------------------------------- */

static void on_arrived(void *who, uint32_t what)
{
    struct sim_link *l = who;
    if (l->served) {
        uint32_t drained = what < l->drain ? what : l->drain; /* of a request that has its answer */
        l->drain -= drained;
        l->arrived += what - drained;
        if (l->arrived > 0 && !l->answered) {
            sim_server_arrived(l);
        }
    }
    link_wake(l, NANGO_WRITE);
    sim_net_drop(l);
}

/* A new request begins on it. */
static void begin_request(struct sim_link *l)
{
    struct sim_device *d = l->device;
    sim_check_sending(d);
    if (l->import != NULL) {
        sim_import_drop(l->import);
        if (!sim_is_sheltered(d) && sim_chance(sim->weather)) { /* it may fail later as well */
            sim_counts.link_faults++;
            draw_cut(l);
        }
    }
    l->import = sim_import_ref(d->import);
    l->call = d->call;
    l->sent = l->arrived = l->answer_len = l->visible = l->taken = 0;
    l->head_len = l->whole_len = 0;
    l->answered = l->timed = l->running = 0;
}

/* How many of len bytes the network takes now. */
static uint32_t room(const struct sim_link *l, size_t len)
{
    uint32_t most = l->step != 0 ? l->step : WINDOW;
    if (l->step != 0 && l->up_at > sim_now) {
        return 0;
    }
    return len < most ? (uint32_t)len : most;
}

/* The server reads it when it has arrived; what follows an early answer is nobody's. */
static void keep(struct sim_link *l, const void *buf, uint32_t n)
{
    if (!l->answered) {
        l->up = realloc(l->up, l->sent + n + 1);
        if (l->up == NULL) {
            abort();
        }
        memcpy(l->up + l->sent, buf, n);
    }
    l->sent += n;
    if (l->sent > REQUEST_MAX) {
        sim_broken(l->device, RULE_REQUEST, "more than any request has");
    }
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct sim_device *d = ctx;
    struct sim_link *l = d->link;
    if (l == NULL || !l->told || l->over || l->stuck || len == 0) {
        sim_broken(d, RULE_PORT, "net_send where it may not be called");
        return NANGO_PORT_FAILED;
    }
    if (l->end == NANGO_PORT_RESET) {
        l->stuck = 1;
        return NANGO_PORT_RESET;
    }
    if (l->import == NULL || (l->answered && l->taken == l->answer_len)) {
        begin_request(l);
    }
    uint32_t n = room(l, len);
    if (n == 0) {
        return 0;
    }
    keep(l, buf, n);
    sim_log(d, "sends %u bytes", n);
    uint32_t arriving = n < l->up_left ? n : l->up_left;
    l->up_left -= l->up_left != LINK_NEVER ? arriving : 0;
    l->up_at = l->up_at > sim_now + l->delay_ms ? l->up_at : sim_now + l->delay_ms;
    if (arriving > 0) {
        link_later(l->up_at, on_arrived, l, arriving);
    }
    if (arriving < n && l->down_left > 0) {
        link_cut(l);
    }
    return (int)n;
}

/* ---- down ------------------------------------------------------------------------------------ */

static void on_idle(void *who, uint32_t what)
{
    struct sim_link *l = who;
    if (l->served && l->served_requests == what && l->arrived == 0) {
        sim_net_end(l, sim_chance(100) ? CUT_RESET : CUT_FIN);
    }
    sim_net_drop(l);
}

/* All of the answer is on its way. */
static void sent_whole(struct sim_link *l)
{
    if (l->closes) {
        sim_net_end(l, CUT_FIN);
        return;
    }
    uint32_t idle = sim->weather > 0 && sim_chance(100) ? sim_random(IDLE_MS) : IDLE_MS;
    link_later(sim_now + idle, on_idle, l, l->served_requests);
}

static void send_slice(struct sim_link *l);

static void on_visible(void *who, uint32_t what)
{
    struct sim_link *l = who;
    if (l->down != NULL && l->end == 0) {
        l->visible += what;
        link_wake(l, NANGO_READ);
        if (l->visible < l->answer_len && l->down_left > 0) {
            send_slice(l);
        }
    }
    sim_net_drop(l);
}

static void send_slice(struct sim_link *l)
{
    uint32_t left = l->answer_len - l->visible, most = l->step != 0 ? l->step : left;
    uint32_t n = left < most ? left : most;
    if (l->step == 0 && sim->weather > 0 && sim_chance(100)) {
        n = 1 + sim_random(n);
    }
    uint32_t arriving = n < l->down_left ? n : l->down_left;
    l->down_left -= l->down_left != LINK_NEVER ? arriving : 0;
    l->down_at = sim_now + (l->visible == 0 ? l->delay_ms : l->step != 0 ? l->delay_ms : 1);
    if (arriving > 0) {
        link_later(l->down_at, on_visible, l, arriving);
    }
    if (arriving < n) {
        link_cut(l);
    } else if (n == left) {
        sent_whole(l);
    }
}

void sim_net_answer(struct sim_link *l, const char *text, size_t len)
{
    free(l->down);
    l->down = malloc(len);
    if (l->down == NULL) {
        abort();
    }
    memcpy(l->down, text, len);
    l->answer_len = (uint32_t)len;
    l->answered = 1;
    l->drain = l->whole_len - l->arrived;
    l->arrived = 0;
    l->served_requests++;
    free(l->up);
    l->up = NULL;
    send_slice(l);
}

/* The device has all of the answer. */
static void heard_whole(struct sim_link *l)
{
    sim_check_heard(l->device, l->says, l->not_before);
    free(l->down);
    l->down = NULL;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct sim_device *d = ctx;
    struct sim_link *l = d->link;
    if (l == NULL || !l->told || l->over || cap == 0) {
        sim_broken(d, RULE_PORT, "net_recv where it may not be called");
        return NANGO_PORT_FAILED;
    }
    uint32_t n = l->visible - l->taken;
    if (l->end == NANGO_PORT_RESET || n == 0) { /* a reset throws away what was not read */
        l->over = l->end != 0;
        return l->end;
    }
    n = n < cap ? n : (uint32_t)cap;
    memcpy(buf, l->down + l->taken, n);
    l->taken += n;
    if (l->taken == l->answer_len) {
        heard_whole(l);
    }
    return (int)n;
}

/* ---- the end of it --------------------------------------------------------------------------- */

static void on_closed(void *who, uint32_t what)
{
    struct sim_link *l = who;
    (void)what;
    l->served = 0;
    sim_net_drop(l);
}

static void net_close(void *ctx)
{
    struct sim_device *d = ctx;
    struct sim_link *l = d->link;
    if (l == NULL) {
        sim_broken(d, RULE_PORT, "net_close of what was not opened");
        return;
    }
    sim_log(d, "closes the connection");
    d->link = NULL;
    l->held = 0;
    if (l->up_left != 0) {
        l->up_at = l->up_at > sim_now + l->delay_ms ? l->up_at : sim_now + l->delay_ms;
        link_later(l->up_at, on_closed, l, 0);
    }
    link_settle(l);
}

/* Nobody tells the server. */
void sim_net_forget(struct sim_device *d)
{
    struct sim_link *l = d->link;
    d->link = NULL;
    if (l != NULL) {
        l->held = 0;
        link_settle(l);
    }
}

static void net_wait(void *ctx, int events, uint32_t ms)
{
    (void)events;
    (void)ms;
    sim_broken(ctx, RULE_PORT, "nango_poll slept");
}

static uint64_t net_uptime(void *ctx)
{
    (void)ctx;
    return sim_now;
}

const struct nango_port sim_port = {
    .net_open = net_open,
    .net_send = net_send,
    .net_recv = net_recv,
    .net_close = net_close,
    .wait = net_wait,
    .uptime_ms = net_uptime,
};
