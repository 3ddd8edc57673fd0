/* SPDX-License-Identifier: MIT
 *
 * http_read: equal bytes give equal results in whatever slices they come, also bytes that are no
 * answer: some thousand that differ from one in a few places, the same ones in each run.
 */
#include "http_reading.h"

#include <string.h>

void test_http_read_random(void);

enum { ROUNDS = 150, TEXT_CAP = 512 };

static const char *const answers[] = {
    OK DATE
    "Content-Length: 5\r\nConnection: keep-alive\r\nKeep-Alive: timeout=61\r\n\r\nhelloHTTP",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" OK
    "X-A: b\r\n c\r\nContent-Length: 2\r\n\r\nhi",
    CHUNKED "5\r\nhello\r\n0a ;x=\"y\"\r\n0123456789\r\n0\r\nX: y\r\nDate: z\r\n 1\r\n\r\nHTTP",
    "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nConnection: keep-alive\r\n\r\nto the close",
    "HTTP/1.1 302 Found\r\nLocation: https://example.com/a/long/one?with=query\r\n"
    "Content-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 429 Too Many Requests\r\n" DATE "Retry-After: Tue, 24 Nov 2026 22:01:30 GMT\r\n"
    "X-RateLimit-Limit: 200\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1795557660\r\n"
    "Content-Length: 0\r\n\r\n",
};

static uint32_t state;

static uint32_t below(uint32_t limit) /* xorshift32 */
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (uint32_t)((uint64_t)state * limit >> 32);
}

/* Changes a byte, leaves bytes out, or has some twice. */
static size_t change(char *text, size_t len)
{
    static const char bytes[] = "\r\n\0 \t:;,=-0159aFxXcC/\"\x7f\x80\x1f";
    size_t at = below((uint32_t)len), n = 1 + below(3);
    if (at + n > len || len + n > TEXT_CAP) {
        return len;
    }
    switch (below(4)) {
    case 0: memmove(text + at, text + at + n, len - at - n); return len - n;
    case 1: memmove(text + at + n, text + at, len - at); return len + n;
    default: text[at] = bytes[below(sizeof bytes - 1)]; return len;
    }
}

struct whole {
    struct reading reading;
    char location[HTTP_LINE_CAP + 25];
};

static void read_whole(struct whole *w, const char *text, size_t len)
{
    struct unit_slices s = {.bytes = text, .len = len, .first = len, .step = len};
    memset(w, 0, sizeof *w);
    http_init(&w->reading.http, w->location, sizeof w->location);
    reading_slices(&w->reading, &s);
}

static void compare(void *ctx, struct unit_slices *s)
{
    const struct whole *whole = ctx;
    const struct reading *want = &whole->reading;
    struct reading r;
    char location[sizeof whole->location] = "";
    memset(&r, 0, sizeof r);
    http_init(&r.http, location, sizeof location);
    reading_slices(&r, s);
    if (!CHECK_INT(r.rc, want->rc)) {
        return;
    }
    CHECK_INT(r.heads, want->heads);
    CHECK_INT(r.body_at, want->body_at);
    CHECK_INT(r.sum, want->sum);
    if (r.rc == HTTP_END) {
        CHECK_INT(r.rest, want->rest);
        CHECK_INT(r.finished, want->finished);
        CHECK_INT(r.http.status, want->http.status);
        CHECK_INT(r.http.keep_alive, want->http.keep_alive);
        CHECK_INT(r.http.keep_alive_s, want->http.keep_alive_s);
        CHECK_INT(r.http.date, want->http.date);
        CHECK_INT(r.http.retry_after_s, want->http.retry_after_s);
        CHECK_INT(r.http.limited, want->http.limited);
        CHECK_INT(r.http.limit, want->http.limit);
        CHECK_INT(r.http.remaining, want->http.remaining);
        CHECK_INT(r.http.reset_in_s, want->http.reset_in_s);
        CHECK_INT(r.http.location_cut, want->http.location_cut);
        CHECK_MEM(location, strlen(location), whole->location, strlen(whole->location));
    }
}

void test_http_read_random(void)
{
    unsigned good = 0, bad = 0;
    state = 2463534242u;
    unit_case("each slicing of a changed answer gives what the whole gives");
    for (unsigned i = 0; i < ROUNDS * sizeof answers / sizeof answers[0]; i++) {
        const char *answer = answers[i % (sizeof answers / sizeof answers[0])];
        char text[TEXT_CAP];
        struct whole whole;
        size_t len = strlen(answer);
        memcpy(text, answer, len);
        for (uint32_t n = below(4); n > 0; n--) {
            len = change(text, len);
        }
        read_whole(&whole, text, len);
        good += whole.reading.rc == HTTP_END;
        bad += whole.reading.rc < 0;
        unit_each_slicing(text, len, compare, &whole);
    }
    unit_case("of these, many are answers still and many are not");
    CHECK(good > ROUNDS);
    CHECK(bad > ROUNDS);
    CHECK_INT(good + bad, ROUNDS * sizeof answers / sizeof answers[0]);
}
