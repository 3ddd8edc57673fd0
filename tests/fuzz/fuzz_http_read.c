/* SPDX-License-Identifier: MIT
 *
 * http_read says the same of the same bytes in every slicing, hands on nothing that was not there,
 * and ends; and of two answers in a row the second begins where the first says that it ended.
 */
#include "fuzz.h"
#include "http_read.h"

#include <string.h>

enum { LOCATION_CAP = HTTP_LINE_CAP + 40 };

/* All that it said. Returns what it said last. */
static int read_it(const uint8_t *bytes, size_t len, int slicing, int orderly,
                   struct fuzz_text *said)
{
    struct fuzz_slices s = {bytes, len, slicing, fuzz_hash(bytes, len), 0, NULL};
    struct fuzz_text body = {NULL, 0, 0};
    char location[LOCATION_CAP];
    const char *part;
    size_t part_len, used, total = 0;
    struct http h;
    int rc = HTTP_MORE, heads = 0;
    http_init(&h, location, sizeof location);
    while (rc >= 0 && rc != HTTP_END && fuzz_slice(&s, &part, &part_len)) {
        do {
            rc = http_feed(&h, part, part_len, &used);
            FUZZ_CHECK(used <= part_len);
            if (h.body_len > 0) {
                FUZZ_CHECK(heads == 1 && rc != HTTP_HEAD && h.body_len <= used);
                fuzz_add(&body, part + used - h.body_len, h.body_len);
            }
            if (rc == HTTP_HEAD) {
                FUZZ_CHECK(heads++ == 0);
                FUZZ_CHECK(h.status >= 200 && h.status <= 599);
                FUZZ_CHECK(strlen(location) < sizeof location);
                FUZZ_CHECK(h.keep_alive <= 1 && h.limited <= 1);
                fuzz_add_number(said, h.status);
                fuzz_add_number(said, h.keep_alive);
                fuzz_add_number(said, h.keep_alive_s);
                fuzz_add_number(said, h.retry_after_s);
                fuzz_add_number(said, h.limited);
                fuzz_add_number(said, h.limited ? h.limit : 0);
                fuzz_add_number(said, h.limited ? h.remaining : 0);
                fuzz_add_number(said, h.limited ? h.reset_in_s : 0);
                fuzz_add_number(said, h.date);
                fuzz_add_number(said, h.location_cut);
                fuzz_add(said, location, strlen(location));
            }
            total += used;
            part += used;
            part_len -= used;
        } while (rc == HTTP_HEAD || (rc == HTTP_MORE && part_len > 0));
        FUZZ_CHECK(rc != HTTP_MORE || part_len == 0);
    }
    while (rc >= 0 && fuzz_slice(&s, &part, &part_len)) { /* what is not the answer's */
        FUZZ_CHECK(http_feed(&h, part, part_len, &used) == HTTP_END && used == 0);
    }
    if (rc < 0) {
        FUZZ_CHECK(http_feed(&h, "x", 1, &used) == rc && used == 0); /* it sticks */
        while (fuzz_slice(&s, &part, &part_len)) {
        }
    }
    int end = http_finish(&h, orderly);
    FUZZ_CHECK(rc >= 0 ? end <= 0 && (rc != HTTP_END || end == 0) : end == rc);
    FUZZ_CHECK(end != NANGO_E_HTTP_SILENT || total == 0);
    fuzz_add_number(said, rc);
    fuzz_add_number(said, end);
    fuzz_add_number(said, rc == HTTP_END ? (long long)total : 0);
    fuzz_add(said, body.ptr, body.len);
    fuzz_free(&body);
    return rc == HTTP_END ? (int)total : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fuzz_text whole = {NULL, 0, 0};
    int orderly = len > 0 && bytes[0] & 1;
    int end = read_it(bytes, len, FUZZ_WHOLE, orderly, &whole);
    for (int slicing = FUZZ_BYTES; slicing < FUZZ_SLICINGS; slicing++) {
        struct fuzz_text sliced = {NULL, 0, 0};
        FUZZ_CHECK(read_it(bytes, len, slicing, orderly, &sliced) == end);
        FUZZ_CHECK(fuzz_same(&whole, &sliced));
        fuzz_free(&sliced);
    }
    fuzz_free(&whole);
    if (end > 0 && (size_t)end < len) {
        struct fuzz_text alone = {NULL, 0, 0};
        FUZZ_CHECK(read_it(bytes, (size_t)end, FUZZ_WHOLE, orderly, &alone) == end);
        fuzz_free(&alone);
    }
    return 0;
}
