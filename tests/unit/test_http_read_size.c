/* SPDX-License-Identifier: MIT
 *
 * http_read: what is too large, what is large and read all the same, and how the stream may end.
 */
#include "http_reading.h"

#include <string.h>

void test_http_read_size(void);

static void begin(struct reading *r)
{
    memset(r, 0, sizeof *r);
    reading_begin(r);
}

static const size_t steps[] = {1, 1000, NANGO_HTTP_HEAD_MAX + 10};

/* All the lines of an answer have NANGO_HTTP_HEAD_MAX bytes, and some more for each chunk. Each
 * answer has as many x as fit, and one more. */
static void test_sizes(void)
{
    static const struct {
        const char *name, *before, *behind;
        size_t free; /* bytes before and behind that do not count */
    } lines[] = {
        {"a reason", "HTTP/1.1 200 ", "\r\n", 0},
        {"a name", OK, ":\r\n\r\n", 0},
        {"a value", OK "X: ", "\r\n\r\n", 0},
        {"a known value", OK "Date:", "\r\n\r\n", 0},
        {"a folded value", OK "X: y\r\n ", "\r\n\r\n", 0},
        {"a field of a 1xx", "HTTP/1.1 100 ?\r\nX: ", "\r\n\r\n", 0},
        {"a field behind a 1xx", "HTTP/1.1 100 ?\r\nX: y\r\n\r\n" OK "X: ", "\r\n\r\n", 0},
        {"an extension", CHUNKED "1;", "\r\nx", 1},
        {"a second extension", CHUNKED "1;x\r\nx\r\n1;", "\r\nx", 2 + HTTP_CHUNK_LINES},
        {"a trailer", CHUNKED "1;x\r\nx\r\n0\r\nX: ", "\r\n\r\n", 1 + HTTP_CHUNK_LINES},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        unit_case_of("NANGO_HTTP_HEAD_MAX", lines[i].name);
        for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
            size_t room = NANGO_HTTP_HEAD_MAX - strlen(lines[i].before) - strlen(lines[i].behind) +
                          lines[i].free;
            struct reading r;
            begin(&r);
            CHECK_INT(reading_feed_text(&r, lines[i].before), HTTP_MORE);
            CHECK_INT(reading_feed_many(&r, room, steps[k]), HTTP_MORE);
            CHECK(reading_feed_text(&r, lines[i].behind) >= 0);
            begin(&r);
            CHECK_INT(reading_feed_text(&r, lines[i].before), HTTP_MORE);
            reading_feed_many(&r, room + 1, steps[k]);
            CHECK_INT(reading_feed_text(&r, lines[i].behind), NANGO_E_HTTP_TOO_LARGE);
        }
    }
}

static void test_many(void)
{
    unit_case("a value without an end is refused");
    struct reading r;
    begin(&r);
    CHECK_INT(reading_feed_text(&r, OK "X: "), HTTP_MORE);
    CHECK_INT(reading_feed_many(&r, (size_t)10 * NANGO_HTTP_HEAD_MAX, 1000),
              NANGO_E_HTTP_TOO_LARGE);

    unit_case("an extension of a megabyte is refused");
    begin(&r);
    CHECK_INT(reading_feed_text(&r, CHUNKED "1;"), HTTP_MORE);
    CHECK_INT(reading_feed_many(&r, 1 << 20, 1000), NANGO_E_HTTP_TOO_LARGE);

    unit_case("fields without an end are refused");
    begin(&r);
    reading_feed_text(&r, OK);
    for (size_t i = 0; i < NANGO_HTTP_HEAD_MAX && r.rc == HTTP_MORE; i++) {
        reading_feed_text(&r, "X: y\r\n");
    }
    CHECK_INT(r.rc, NANGO_E_HTTP_TOO_LARGE);

    unit_case("white space without an end before a value is refused");
    begin(&r);
    reading_feed_text(&r, OK "X:");
    for (size_t i = 0; i < NANGO_HTTP_HEAD_MAX && r.rc == HTTP_MORE; i++) {
        reading_feed_text(&r, "\t ");
    }
    CHECK_INT(r.rc, NANGO_E_HTTP_TOO_LARGE);

    unit_case("white space without an end behind a size is refused");
    begin(&r);
    reading_feed_text(&r, CHUNKED "1");
    for (size_t i = 0; i < NANGO_HTTP_HEAD_MAX && r.rc == HTTP_MORE; i++) {
        reading_feed_text(&r, "\t ");
    }
    CHECK_INT(r.rc, NANGO_E_HTTP_TOO_LARGE);

    unit_case("a hundred thousand small chunks are read");
    begin(&r);
    reading_feed_text(&r, CHUNKED);
    for (size_t i = 0; i < 100000 && r.rc == HTTP_MORE; i++) {
        reading_feed_text(&r, "1;x\r\nx\r\n");
    }
    CHECK_INT(reading_feed_text(&r, "0\r\n\r\n"), HTTP_END);
    CHECK_INT(r.body_at, 100000);

    unit_case("a megabyte by length, by chunk and to the close is read");
    begin(&r);
    reading_feed_text(&r, OK "Content-Length: 1048577\r\n\r\n");
    CHECK_INT(reading_feed_many(&r, 1 << 20, 1000), HTTP_MORE);
    CHECK_INT(reading_feed_text(&r, "xHTTP"), HTTP_END);
    CHECK_INT(r.rest, 4);
    begin(&r);
    reading_feed_text(&r, CHUNKED "100000\r\n");
    CHECK_INT(reading_feed_many(&r, 1 << 20, 1000), HTTP_MORE);
    CHECK_INT(reading_feed_text(&r, "\r\n0\r\n\r\n"), HTTP_END);
    CHECK_INT(r.body_at, 1 << 20);
    begin(&r);
    reading_feed_text(&r, OK "\r\n");
    CHECK_INT(reading_feed_many(&r, 1 << 20, 1000), HTTP_MORE);
    CHECK_INT(http_finish(&r.http, 1), 0);
    CHECK_INT(r.body_at, 1 << 20);

    unit_case("a Location's room of 64 KB");
    char *room = unit_room(UNIT_A, 65536);
    static const char far[] = "HTTP/1.1 302 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n";
    begin(&r);
    http_init(&r.http, room, 65536);
    reading_feed_text(&r, far);
    CHECK_TEXT(room, 3, "/x\0");
}

static void test_finish(void)
{
    unit_case("a body to the close ends with an orderly end only (8)");
    struct reading r;
    begin(&r);
    reading_feed_text(&r, OK "\r\nhello");
    CHECK_INT(http_finish(&r.http, 0), NANGO_E_HTTP_CUT);
    CHECK_INT(http_finish(&r.http, 1), NANGO_E_HTTP_CUT);

    unit_case("a whole answer is whole however the stream ends");
    begin(&r);
    reading_feed_text(&r, OK "Content-Length: 1\r\n\r\nx");
    CHECK_INT(http_finish(&r.http, 0), 0);

    unit_case("an end before any byte, in order or not");
    begin(&r);
    CHECK_INT(http_finish(&r.http, 0), NANGO_E_HTTP_SILENT);
    begin(&r);
    CHECK_INT(http_finish(&r.http, 1), NANGO_E_HTTP_SILENT);

    unit_case("HTTP_HEAD comes before the body is there, HTTP_END without another byte");
    size_t used;
    begin(&r);
    CHECK_INT(http_feed(&r.http, T("HTTP/1.1 204 ?\r\n\r\n"), &used), HTTP_HEAD);
    CHECK_INT(used, 18);
    CHECK_INT(http_feed(&r.http, "", 0, &used), HTTP_END);
    CHECK_INT(used, 0);
}

void test_http_read_size(void)
{
    test_sizes();
    test_many();
    test_finish();
}
