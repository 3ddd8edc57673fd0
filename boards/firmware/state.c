/* SPDX-License-Identifier: MIT */
#include "state.h"

#include <string.h>

#include "board.h"
#include "crc.h"

struct slot {
    uint32_t serial; /* counts up from 1 */
    struct state state;
    uint32_t crc; /* of what stands before it */
};

enum { SLOTS = BOARD_PAGE_LEN / sizeof(struct slot) };

static const struct slot *slot_at(unsigned page, unsigned index)
{
    return (const struct slot *)(const void *)(board_state_page(page) +
                                               index * sizeof(struct slot));
}

static int is_whole(const struct slot *s)
{
    return s->serial != UINT32_MAX && s->crc == crc32(s, offsetof(struct slot, crc));
}

static int is_erased(const struct slot *s)
{
    static const struct slot erased = {UINT32_MAX, {UINT32_MAX, UINT32_MAX}, UINT32_MAX};
    return memcmp(s, &erased, sizeof erased) == 0;
}

/* The newest whole slot, and its page; NULL where there is none. */
static const struct slot *newest(unsigned *page)
{
    const struct slot *best = NULL;
    for (unsigned p = 0; p < BOARD_STATE_PAGES; p++) {
        for (unsigned i = 0; i < SLOTS; i++) {
            const struct slot *s = slot_at(p, i);
            if (is_whole(s) && (best == NULL || s->serial > best->serial)) {
                best = s;
                *page = p;
            }
        }
    }
    return best;
}

void state_load(struct state *state)
{
    unsigned page;
    const struct slot *s = newest(&page);
    *state = s != NULL ? s->state : (struct state){0, 0};
}

/* The slot behind all that was ever written to the page: what a power cut tore is not written
 * again. SLOTS: the page is full. */
static unsigned first_free(unsigned page)
{
    unsigned i = SLOTS;
    while (i > 0 && is_erased(slot_at(page, i - 1))) {
        i--;
    }
    return i;
}

void state_save(const struct state *state)
{
    unsigned page = 0;
    const struct slot *old = newest(&page);
    struct slot s = {.serial = old != NULL ? old->serial + 1 : 1, .state = *state};
    if (s.state.failures > STATE_FAILURES_MAX) {
        s.state.failures = STATE_FAILURES_MAX;
    }
    if (old != NULL && memcmp(&old->state, &s.state, sizeof s.state) == 0) {
        return;
    }
    unsigned index = first_free(page);
    if (index == SLOTS) {
        page = old != NULL ? (page + 1) % BOARD_STATE_PAGES
                           : page; /* never the page with the newest slot */
        board_erase(page);
        index = 0;
    }
    s.crc = crc32(&s, offsetof(struct slot, crc));
    board_program(page, index * sizeof s, &s, sizeof s);
}
