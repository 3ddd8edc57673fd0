/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "slot.h"

#include "nango_connections.h"
#include "proxy.h"
#include "trace.h"

#include <poll.h>
#include <string.h>

enum { SLOTS_MAX = OPTIONS_PARALLEL_MAX, WORK_CAP = 1024 };

static struct slot {
    struct trace trace; /* its first member is the port's context */
    struct nango_client client;
    struct item *item; /* NULL: free */
    uint8_t ended;
    struct pollfd fd;
    uint64_t wake;
    unsigned char work[WORK_CAP];
} slots[SLOTS_MAX];

static unsigned slots_len, running;
static int verbose;

uint64_t slots_now(void)
{
    return nango_port_posix.uptime_ms(NULL);
}

unsigned slots_running(void)
{
    return running;
}

int slots_open(struct settings *s, const struct options *o, unsigned n)
{
    int rc = proxy_set(o, s);
    rc = rc != 0 ? rc : settings_start(s, o, n);
    verbose = o->verbose;
    for (unsigned i = 0; i < n && rc == 0; i++) {
        struct slot *slot = &slots[i];
        slot->trace.number = n > 1 ? i + 1 : 0;
        rc = settings_client(s, o, &slot->client,
                             proxy_port(verbose ? &trace_port : &nango_port_posix), &slot->trace,
                             slot->work, sizeof slot->work);
        slots_len += rc == 0;
    }
    return rc;
}

void slots_close(void)
{
    for (unsigned i = 0; i < slots_len; i++) {
        nango_close(&slots[i].client);
    }
    if (slots_len > 0) {
        settings_stop();
    }
    slots_len = 0;
}

static void end(struct slot *slot)
{
    slot->ended = 1;
    slot->item->system_error = slot->trace.posix.error;
    item_ended(slot->item);
    if (verbose) {
        trace_result(&slot->trace, &slot->item->result);
    }
}

static struct pollfd watch(const struct slot *slot, int rc, uint32_t *ms)
{
    int events = proxy_events(&slot->trace, rc & (NANGO_READ | NANGO_WRITE));
    return nango_posix_pollfd(&slot->trace.posix, events, ms);
}

/* Moves the call on, and notes what it waits for. */
static void step(struct slot *slot)
{
    int rc = nango_poll(&slot->client);
    if (rc <= 0) {
        end(slot);
        return;
    }
    uint32_t ms = nango_wake_ms(&slot->client);
    slot->fd = watch(slot, rc, &ms);
    slot->wake = slots_now() + ms;
}

int slots_start(struct item *item)
{
    struct slot *slot = slots;
    while (slot < slots + slots_len && slot->item != NULL) {
        slot++;
    }
    if (slot == slots + slots_len) {
        return 0;
    }
    running++;
    slot->item = item;
    slot->ended = 0;
    item->state = ITEM_RUNNING;
    item_wants(item);
    nango_want(&slot->client, item->answer, 2);
    if (nango_import_begin(&slot->client, &item->connection, &item->result) != 0) {
        end(slot);
    } else {
        step(slot);
    }
    return 1;
}

int slots_list(struct nango_list *list, struct nango_result *result, int *system_error)
{
    struct slot *slot = &slots[0];
    int rc = nango_list_begin(&slot->client, list, result);
    rc = rc == 0 ? 1 : rc;
    while (rc > 0 && (rc = nango_poll(&slot->client)) > 0) {
        uint32_t ms = nango_wake_ms(&slot->client);
        struct pollfd fd = watch(slot, rc, &ms);
        poll(&fd, 1, ms < 1000 ? (int)ms : 1000);
        if (nangoc_interrupted) {
            nango_close(&slot->client);
        }
    }
    *system_error = slot->trace.posix.error;
    return rc;
}

struct item *slots_ended(void)
{
    for (struct slot *slot = slots; slot < slots + slots_len; slot++) {
        if (slot->item != NULL && slot->ended) {
            struct item *item = slot->item;
            slot->item = NULL;
            running--;
            return item;
        }
    }
    return NULL;
}

void slots_wait(int fd, uint32_t ms)
{
    struct pollfd fds[SLOTS_MAX + 1];
    struct slot *of[SLOTS_MAX];
    uint64_t now = slots_now();
    nfds_t n = 0;
    for (struct slot *slot = slots; slot < slots + slots_len; slot++) {
        if (slot->item == NULL || slot->ended) {
            ms = slot->item != NULL ? 0 : ms;
            continue;
        }
        uint64_t left = slot->wake > now ? slot->wake - now : 0;
        ms = left < ms ? (uint32_t)left : ms;
        fds[n] = slot->fd;
        of[n++] = slot;
    }
    fds[n] = (struct pollfd){.fd = fd, .events = POLLIN};
    if (poll(fds, n + 1, ms < INT32_MAX ? (int)ms : INT32_MAX) < 0) {
        return; /* a signal: who waits looks for it */
    }
    now = slots_now();
    for (nfds_t i = 0; i < n; i++) {
        if (fds[i].revents != 0 || now >= of[i]->wake) {
            step(of[i]);
        }
    }
}

void slots_cancel(void)
{
    for (struct slot *slot = slots; slot < slots + slots_len; slot++) {
        if (slot->item != NULL && !slot->ended) {
            nango_close(&slot->client);
            end(slot);
        }
    }
}
