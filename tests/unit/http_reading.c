/* SPDX-License-Identifier: MIT */
#include "http_reading.h"

#include <string.h>

void reading_begin(struct reading *r)
{
    memset(&r->http, 0xa5, sizeof r->http); /* which http_init does not mind */
    http_init(&r->http, r->nowhere, sizeof r->nowhere);
}

static void check_piece(struct reading *r, const char *behind, size_t used)
{
    size_t n = r->http.body_len, left = r->body_len - r->body_at;
    const char *piece = behind - n;
    CHECK_INT(r->heads, 1);
    if (CHECK(n <= used) && r->body != NULL && CHECK(n <= left)) {
        CHECK_MEM(piece, n, r->body + r->body_at, n);
    }
    r->body_at += n;
    for (size_t i = 0; i < n; i++) {
        r->sum = r->sum * 31 + (unsigned char)piece[i];
    }
}

int reading_feed(struct reading *r, const char *part, size_t len)
{
    do {
        size_t used = 0;
        r->rc = http_feed(&r->http, part, len, &used);
        if (!CHECK(used <= len)) {
            used = len;
        }
        part += used;
        len -= used;
        if (r->rc == HTTP_HEAD) {
            CHECK_INT(r->heads++, 0);
        }
        if (r->http.body_len > 0) {
            check_piece(r, part, used);
        }
    } while (r->rc == HTTP_HEAD || (r->rc == HTTP_MORE && len > 0));
    CHECK(r->rc != HTTP_MORE || len == 0);
    r->rest = len;
    return r->rc;
}

int reading_feed_text(struct reading *r, const char *text)
{
    size_t len = strlen(text);
    return reading_feed(r, unit_guard(UNIT_SLICES, text, len), len);
}

int reading_feed_many(struct reading *r, size_t count, size_t step)
{
    char *part = unit_room(UNIT_SLICES, step);
    memset(part, 'x', step);
    for (r->rc = HTTP_MORE; count > 0 && r->rc == HTTP_MORE; count -= step) {
        step = step < count ? step : count;
        reading_feed(r, part, step);
    }
    return r->rc;
}

void reading_slices(struct reading *r, struct unit_slices *s)
{
    const char *part;
    size_t len;
    r->rc = HTTP_MORE;
    while (r->rc == HTTP_MORE && unit_slice(s, &part, &len)) {
        reading_feed(r, part, len);
    }
    r->rest += s->len - s->at;
    if (r->rc == HTTP_MORE) {
        r->finished = 1;
        r->rc = http_finish(&r->http, 1);
        r->rc = r->rc == 0 ? HTTP_END : r->rc;
    }
}

void reading_check_ended(struct reading *r)
{
    size_t used = 99;
    CHECK_INT(http_feed(&r->http, T(OK), &used), r->rc);
    CHECK_INT(used, 0);
    CHECK_INT(http_finish(&r->http, 0), r->rc == HTTP_END ? 0 : r->rc);
}
