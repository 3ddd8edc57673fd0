/* SPDX-License-Identifier: MIT */
#include "rate.h"

enum { RESERVE_DEFAULT = 20, ALONE_MS = 500, LIMITED_MOST_MS = 600000 };

static struct {
    uint32_t percent;      /* of a window that is left to others */
    uint32_t interval_us;  /* of --rate; 0: none */
    uint64_t next_us;      /* by --rate, the next request's time */
    uint64_t closed_until; /* after a 429 */
    int heard;             /* an answer of this window has come */
    struct rate_state window;
} rate;

static int set_rate(const char *text)
{
    const char *at = text;
    uint32_t n = options_number(&at, 60000), us = 60000000;
    if (n != UINT32_MAX && at[0] == '/' && at[1] != 0 && at[2] == 0) {
        us = at[1] == 's' ? 1000000 : at[1] == 'm' ? 60000000 : at[1] == 'h' ? 3600000000 : 0;
        at += 2;
    }
    if (n == 0 || n == UINT32_MAX || *at != 0 || us == 0) {
        return FAIL(EXIT_USAGE, "--rate %s: needs N/s, N/m or N/h, as 160/m", text);
    }
    rate.interval_us = us / n;
    return 0;
}

int rate_set(const struct options *o)
{
    const char *at = o->reserve;
    rate.percent = RESERVE_DEFAULT;
    if (at != NULL) {
        rate.percent = options_number(&at, 99);
        at += *at == '%';
        if (rate.percent == UINT32_MAX || *at != 0) {
            return FAIL(EXIT_USAGE, "--reserve %s: needs a percentage from 0%% to 99%%",
                        o->reserve);
        }
    }
    return o->rate != NULL ? set_rate(o->rate) : 0;
}

static uint32_t until(uint64_t now, uint64_t moment)
{
    return moment > now ? (uint32_t)(moment - now) : 0;
}

uint32_t rate_wait_ms(uint64_t now, unsigned running)
{
    const struct rate_state *w = &rate.window;
    if (now < rate.closed_until) {
        return until(now, rate.closed_until);
    }
    if (rate.interval_us != 0 && rate.next_us > now * 1000) {
        return until(now * 1000, rate.next_us) / 1000 + 1;
    }
    if (rate.heard && w->limit != 0 && now >= w->reset_at) { /* another window */
        rate.heard = 0;
        rate.window.limit = 0;
    }
    if (!rate.heard) {
        return running == 0 ? 0 : UINT32_MAX;
    }
    if (w->limit != 0 && w->remaining <= w->reserve + running) {
        return until(now, w->reset_at);
    }
    return 0;
}

void rate_started(uint64_t now)
{
    uint64_t second_ago = now > 1000 ? (now - 1000) * 1000 : 0;
    if (rate.interval_us != 0) { /* what was late may be made good, up to a second of it */
        rate.next_us =
            (rate.next_us > second_ago && rate.next_us != 0 ? rate.next_us : now * 1000) +
            rate.interval_us;
    }
}

/* The numbers come in the order of the answers, not of the requests: within a window the smaller
 * one is the newer one. */
static void learn_window(uint64_t now, const struct nango_result *r)
{
    struct rate_state *w = &rate.window;
    uint64_t reset_at = now + (r->rate_reset_ms > ALONE_MS ? r->rate_reset_ms : ALONE_MS);
    int is_new = w->limit == 0 || reset_at > w->reset_at + 5000;
    w->limit = r->rate_limit;
    w->reserve = (uint32_t)((uint64_t)w->limit * rate.percent / 100);
    if (is_new || r->rate_remaining < w->remaining) {
        w->remaining = r->rate_remaining;
    }
    if (is_new || reset_at > w->reset_at) {
        w->reset_at = reset_at;
    }
}

int rate_learn(uint64_t now, const struct nango_result *r)
{
    int limited = r->outcome == NANGO_NOT_SENT && r->error == NANGO_E_LIMITED;
    if (r->status != 0) {
        rate.heard = 1;
    }
    if (r->rate_limit != 0) {
        learn_window(now, r);
    }
    if (limited && r->retry_after_ms <= LIMITED_MOST_MS) {
        uint64_t opens = now + (r->retry_after_ms > 1000 ? r->retry_after_ms : 1000);
        rate.closed_until = opens > rate.closed_until ? opens : rate.closed_until;
        rate.heard = 0;
        rate.window.limit = 0;
        return 1;
    }
    return 0;
}

struct rate_state rate_state(void)
{
    return rate.window;
}

unsigned rate_per_minute(void)
{
    unsigned limit = rate.window.limit != 0 ? rate.window.limit : 200;
    unsigned n = limit - (unsigned)((uint64_t)limit * rate.percent / 100);
    unsigned own = rate.interval_us != 0 ? 60000000 / rate.interval_us : n;
    n = own < n ? own : n;
    return n > 0 ? n : 1;
}
