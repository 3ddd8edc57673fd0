/* SPDX-License-Identifier: MIT
 *
 * The check header's own drivers: what they claim to try, they try.
 */
#include "unit.h"

#include <string.h>

void test_unit(void);

struct seen {
    size_t runs, whole, bytewise, firsts;
    int joined; /* every slicing gave the text */
};

static const char text[] = "0123456789abcdef";

static void look(void *ctx, struct unit_slices *s)
{
    struct seen *seen = ctx;
    char joined[sizeof text];
    const char *part;
    size_t len, at = 0, parts = 0;
    while (unit_slice(s, &part, &len)) {
        if (at + len > sizeof joined) {
            seen->joined = 0;
            return;
        }
        memcpy(joined + at, part, len);
        at += len;
        parts++;
    }
    seen->runs++;
    seen->whole += parts == 1;
    seen->bytewise += parts == s->len && s->len > 1;
    seen->firsts += parts == 2 ? s->first : 0;
    seen->joined &= at == s->len && memcmp(joined, text, at) == 0;
}

static size_t write_text(void *ctx, size_t off, char *buf, size_t cap)
{
    size_t len = sizeof text - 1;
    size_t part = off >= len ? 0 : len - off < cap ? len - off : cap;
    if (part > 0) {
        memcpy(buf, text + off, part);
    }
    *(size_t *)ctx += 1;
    return len;
}

void test_unit(void)
{
    struct seen seen = {.joined = 1};
    size_t calls = 0;

    unit_case("each slicing: whole, byte by byte, every split");
    unit_each_slicing(text, 16, look, &seen);
    CHECK_INT(seen.runs, 2 + 15);
    CHECK_INT(seen.whole, 1);
    CHECK_INT(seen.bytewise, 1);
    CHECK_INT(seen.firsts, 15 * 16 / 2); /* 1 + 2 + ... + 15 */
    CHECK(seen.joined);

    unit_case("each slicing of nothing and of one byte");
    memset(&seen, 0, sizeof seen);
    unit_each_slicing(text, 0, look, &seen);
    CHECK_INT(seen.runs, 1);
    CHECK_INT(seen.whole, 0);
    unit_each_slicing(text, 1, look, &seen);
    CHECK_INT(seen.runs, 2);

    unit_case("each window of a text");
    unit_each_window(write_text, &calls, text, sizeof text - 1);
    CHECK_INT(calls,
              1 + 16 + 8 + 6 + 4 + 4 + 3 + 3 + 2 * 8 + 1); /* 16 bytes in windows of 1, 2, ... 16 */

    unit_case("guarded memory ends where it says");
    CHECK((char *)unit_room(UNIT_A, 3) + 3 == (char *)unit_room(UNIT_A, 0));
    CHECK_MEM(unit_guard(UNIT_A, text, 5), 5, text, 5);
    CHECK_TEXT(unit_guard(UNIT_B, "\0x", 2), 2, "\0x");
}
