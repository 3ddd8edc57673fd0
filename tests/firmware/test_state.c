/* SPDX-License-Identifier: MIT
 *
 * What the firmware keeps in flash (boards/firmware/state.c), with the power cut at every byte
 * of every write, and at each erase.
 */
#include "unit.h"

#include <string.h>

#include "board.h"
#include "state.h"

static uint8_t flash[BOARD_STATE_PAGES][BOARD_PAGE_LEN];
static size_t power; /* how many bytes may still be written; an erase costs one */
static unsigned erased[BOARD_STATE_PAGES];
static unsigned written;

const uint8_t *board_state_page(unsigned page)
{
    return flash[page];
}

void board_erase(unsigned page)
{
    erased[page]++;
    if (power == 0) {
        memset(flash[page], 0xFF, BOARD_PAGE_LEN / 2); /* cut in the middle of it */
        return;
    }
    power--;
    memset(flash[page], 0xFF, BOARD_PAGE_LEN);
}

void board_program(unsigned page, size_t off, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len && power > 0; i++, power--) {
        uint8_t byte = ((const uint8_t *)bytes)[i];
        CHECK_INT(flash[page][off + i] & byte, byte); /* NOR flash only clears bits */
        flash[page][off + i] &= byte;
        written++;
    }
}

static void start(void)
{
    memset(flash, 0xFF, sizeof flash);
    memset(erased, 0, sizeof erased);
    written = 0;
    power = SIZE_MAX;
}

static int is(uint32_t failures, uint32_t registered)
{
    struct state s;
    state_load(&s);
    return s.failures == failures && s.registered == registered;
}

static void save(uint32_t failures, uint32_t registered)
{
    struct state s = {failures, registered};
    state_save(&s);
}

static void test_use(void)
{
    unit_case("an erased device has failed never and registered nothing");
    start();
    CHECK(is(0, 0));

    unit_case("what was saved last is there, over many pages full");
    start();
    for (uint32_t i = 1; i < 2000; i++) {
        save(i % STATE_FAILURES_MAX, i);
        if (!CHECK(is(i % STATE_FAILURES_MAX, i))) {
            break;
        }
    }

    unit_case("each page is erased once in the slots of both");
    CHECK(erased[0] + erased[1] <= 2000 / 256 + 1);
    CHECK(erased[0] - erased[1] + 1 <= 2);

    unit_case("nothing is written when nothing has changed");
    start();
    save(3, 4);
    unsigned before = written;
    save(3, 4);
    CHECK_INT(written, before);

    unit_case("a server that is down for ever costs 16 slots, of 16 bytes each");
    start();
    for (uint32_t failures = 1; failures < 5000; failures++) {
        save(failures, 0);
    }
    CHECK(is(STATE_FAILURES_MAX, 0));
    CHECK_INT(written, 16 * 16);
    CHECK_INT(erased[0] + erased[1], 0);

    unit_case("flash that holds something else counts as empty, and is used");
    start();
    memset(flash, 0x5A, sizeof flash);
    CHECK(is(0, 0));
    save(1, 2);
    CHECK(is(1, 2));
}

/* One save in a history of n, cut after `cut` bytes: the old state or the new one, and then on. */
static void cut_at(uint32_t history, size_t cut)
{
    start();
    for (uint32_t i = 1; i <= history; i++) {
        save(1, 100 + i);
    }
    power = cut;
    save(2, 101 + history);
    power = SIZE_MAX;
    CHECK(is(2, 101 + history) || (history == 0 ? is(0, 0) : is(1, 100 + history)));
    for (uint32_t i = 0; i < 3; i++) {
        save(3 + i, 9000 + i);
        CHECK(is(3 + i, 9000 + i));
    }
}

void test_state(void)
{
    static const uint32_t histories[] = {0, 1, 2, 254, 255, 256, 257, 510, 511, 512, 513, 1024};
    test_use();
    unit_case(
        "a power cut at any byte leaves the old state or the new one, and flash that goes on");
    for (size_t i = 0; i < sizeof histories / sizeof *histories; i++) {
        for (size_t cut = 0; cut <= 18; cut++) {
            cut_at(histories[i], cut);
        }
    }
}
