/* SPDX-License-Identifier: MIT
 *
 * http_read: what the fields of a head say.
 */
#include "http_reading.h"

#include <string.h>

void test_http_read_field(void);

struct said {
    const char *name;
    const char *bytes;
    size_t len;
    int keep_alive, keep_alive_s;
    uint32_t date;
    int32_t retry_after_s;
    int limited;
    uint32_t limit, remaining, reset_in_s;
};

#define SAID(name, fields) name, T(OK fields "Content-Length: 0\r\n\r\n")
#define KEEPS(field, keep, seconds)                                 \
    {                                                               \
        SAID(field, field "\r\n"), keep, seconds, 0, -1, 0, 0, 0, 0 \
    }
#define DATED(text, date)                                            \
    {                                                                \
        SAID(text, "Date: " text "\r\n"), 1, 0, date, -1, 0, 0, 0, 0 \
    }
#define RETRY(text, seconds)                                                \
    {                                                                       \
        SAID(text, text "\r\n" DATE), 1, 0, 1795557600, seconds, 0, 0, 0, 0 \
    }
#define RATES(limit, remaining, reset)                                  \
    "X-RateLimit-Limit: " limit "\r\nX-RateLimit-Remaining: " remaining \
    "\r\nX-RateLimit-Reset: " reset "\r\n"

static const struct said said[] = {
    {SAID("nothing", ""), 1, 0, 0, -1, 0, 0, 0, 0},
    KEEPS("Connection: keep-alive", 1, 0),
    KEEPS("Connection: close", 0, 0),
    KEEPS("Connection: Close", 0, 0),
    KEEPS("Connection: keep-alive, close", 0, 0),
    KEEPS("Connection: close,keep-alive", 0, 0),
    {SAID("Connection twice", "Connection: close\r\nConnection: keep-alive\r\n"), 0, 0, 0, -1, 0, 0,
     0, 0},
    KEEPS("Connection: ,, x\t,close,", 0, 0),
    KEEPS("Connection:", 1, 0),
    KEEPS("Connection: closed, xclose, clos", 1, 0),
    KEEPS("Connection: timeout=5", 1, 5),
    KEEPS("Connection: a, b, c, d, e, f, g, h, i, j, k, close", 0, 0),
    KEEPS("Connection: a, b, c, d, e, f, g, h, i, j, k, clos", 0, 0),
    KEEPS("Keep-Alive: timeout=61", 1, 61),
    KEEPS("Keep-Alive: max=100, Timeout=5", 1, 5),
    KEEPS("Keep-Alive: timeout=255", 1, 255),
    KEEPS("Keep-Alive: timeout=256", 1, 255),
    KEEPS("Keep-Alive: timeout=9999999999", 1, 0),
    KEEPS("Keep-Alive: timeout=0", 1, 0),
    KEEPS("Keep-Alive: timeout=", 1, 0),
    KEEPS("Keep-Alive: timeout=x", 1, 0),
    KEEPS("Keep-Alive: timeout=-1", 1, 0),
    KEEPS("Keep-Alive: xtimeout=5, timeout", 1, 0),
    KEEPS("Keep-Alive: close", 0, 0),
    DATED("Tue, 24 Nov 2026 22:00:00 GMT", 1795557600),
    DATED("Sun, 01 Mar 1970 00:00:00 GMT", 5097600),
    DATED("Tue, 29 Feb 2000 23:59:60 GMT", 951868800),
    DATED("Wed, 01 Mar 2000 00:00:00 GMT", 951868800),
    DATED("Fri, 31 Dec 2027 23:59:59 GMT", 1830297599),
    DATED("Sat, 01 Jan 2028 00:00:00 GMT", 1830297600),
    DATED("Sun, 28 Feb 2100 00:00:00 GMT", 4107456000),
    DATED("Mon, 01 Mar 2100 00:00:00 GMT", 0),
    DATED("Sat, 28 Feb 1970 23:59:59 GMT", 0),
    DATED("Tue, 24 Nov 2026 22:00:00 UTC", 0),
    DATED("Tue, 24 Nov 2026 22:00:00 gmt", 0),
    DATED("Tue, 24 Nov 2026 22:00:00 GMT+1", 0),
    DATED("Tue, 24 Nov 2026 22:00:00", 0),
    DATED("Tue, 24 Nev 2026 22:00:00 GMT", 0),
    DATED("Tue, 24 nov 2026 22:00:00 GMT", 0),
    DATED("Tue, 24 anF 2026 22:00:00 GMT", 0),
    DATED("Tue, 4 Nov 2026 22:00:00 GMT", 0),
    DATED("Tue, x4 Nov 2026 22:00:00 GMT", 0),
    DATED("Tue, 4x Nov 2026 22:00:00 GMT", 0),
    DATED("Tue, 24 Nov 2026 x2:00:00 GMT", 0),
    DATED("Tue, 24 Nov 2026 22:0x:00 GMT", 0),
    DATED("Tue, 24 Nov 2026 22:00:0x GMT", 0),
    DATED("Tue, 24 Nov x026 22:00:00 GMT", 0),
    DATED("Tuesday, 24-Nov-26 22:00:00 GMT", 0), /* obsolete, RFC 9110 5.6.7 */
    DATED("Tue Nov 24 22:00:00 2026", 0),
    DATED("1795557600", 0),
    DATED("", 0),
    {SAID("a date alone", DATE), 1, 0, 1795557600, -1, 0, 0, 0, 0},
    RETRY("Retry-After: 0", 0),
    RETRY("Retry-After: 120", 120),
    RETRY("Retry-After: 2147483647", INT32_MAX),
    RETRY("Retry-After: 2147483648", INT32_MIN),
    RETRY("Retry-After: 99999999999999999999", -1),
    RETRY("Retry-After: 00000000000000000000000000000000000000005", -1),
    RETRY("Retry-After: 1.5", -1),
    RETRY("Retry-After: -1", -1),
    RETRY("Retry-After: soon", -1),
    RETRY("Retry-After:", -1),
    RETRY("Retry-After: Tue, 24 Nov 2026 22:01:30 GMT", 90),
    RETRY("Retry-After: Tue, 24 Nov 2026 22:00:00 GMT", 0),
    RETRY("Retry-After: Tue, 24 Nov 2026 21:59:59 GMT", 0),
    RETRY("Retry-After: Sun, 28 Feb 2094 00:00:00 GMT", 2122596000),
    {SAID("Retry-After twice",
          "Retry-After: Tue, 24 Nov 2026 22:01:30 GMT\r\nRetry-After: 7\r\n" DATE),
     1, 0, 1795557600, 7, 0, 0, 0, 0},
    {SAID("Retry-After twice, a date",
          "Retry-After: 7\r\nRetry-After: Tue, 24 Nov 2026 22:01:30 GMT\r\n" DATE),
     1, 0, 1795557600, 90, 0, 0, 0, 0},
    {SAID("Retry-After as a date, without Date", "Retry-After: Tue, 24 Nov 2026 22:01:30 GMT\r\n"),
     1, 0, 0, -1, 0, 0, 0, 0},
    {SAID("the three of the rate limit", RATES("2400", "2399", "1795557660") DATE), 1, 0,
     1795557600, -1, 1, 2400, 2399, 60},
    {SAID("Date before the three", DATE RATES("200", "0", "1795557600")), 1, 0, 1795557600, -1, 1,
     200, 0, 0},
    {SAID("a reset that has passed", RATES("200", "0", "1795557599") DATE), 1, 0, 1795557600, -1, 1,
     200, 0, 0},
    {SAID("a reset beyond 32 bits", RATES("200", "0", "99999999999") DATE), 1, 0, 1795557600, -1, 0,
     0, 0, 0},
    {SAID("the three without Date", RATES("200", "0", "1795557660")), 1, 0, 0, -1, 0, 200, 0, 0},
    {SAID("the three, one twice, none a number",
          RATES("many", "7", "1795557660") "X-RateLimit-Remaining: 8\r\n" DATE),
     1, 0, 1795557600, -1, 0, 0, 8, 60},
    {SAID("two of the three", "X-RateLimit-Limit: 5\r\nX-RateLimit-Reset: 1795557660\r\n" DATE), 1,
     0, 1795557600, -1, 0, 5, 0, 60},
};

static void run_said(void *ctx, struct unit_slices *s)
{
    const struct said *f = ctx;
    struct reading r = {.body = NULL};
    reading_begin(&r);
    reading_slices(&r, s);
    CHECK_INT(r.rc, HTTP_END);
    CHECK_INT(r.http.keep_alive, f->keep_alive);
    CHECK_INT(r.http.keep_alive_s, f->keep_alive_s);
    CHECK_INT(r.http.date, f->date);
    CHECK_INT(r.http.retry_after_s, f->retry_after_s);
    CHECK_INT(r.http.limited, f->limited);
    if (f->limited) {
        CHECK_INT(r.http.limit, f->limit);
        CHECK_INT(r.http.remaining, f->remaining);
        CHECK_INT(r.http.reset_in_s, f->reset_in_s);
    }
}

struct place {
    const char *name;
    const char *bytes;
    size_t len;
    size_t cap; /* beside what is left to lines */
    const char *location;
    int cut;
};

#define MOVED "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
static const struct place places[] = {
    {"Location", T(MOVED "Location: https://a/b?c \r\n\r\n"), 32, "https://a/b?c", 0},
    {"Location of 308", T("HTTP/1.1 308 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "/x",
     0},
    {"no Location", T(MOVED "\r\n"), 32, "", 0},
    {"an empty Location", T(MOVED "Location:  \r\n\r\n"), 32, "", 0},
    {"Location of 201", T("HTTP/1.1 201 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "",
     0},
    {"Location of 299", T("HTTP/1.1 299 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "",
     0},
    {"Location of 400", T("HTTP/1.1 400 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "",
     0},
    {"Location of a 1xx", T("HTTP/1.1 103 ?\r\nLocation: /x\r\n\r\n" MOVED "\r\n"), 32, "", 0},
    {"Location that fits", T(MOVED "Location: /12345 \r\n\r\n"), 8, "/12345", 0},
    {"Location that just fits", T(MOVED "Location: /123456\r\n\r\n"), 8, "/123456", 0},
    {"Location that does not", T(MOVED "Location: /1234567\r\n\r\n"), 8, "/123456", 1},
    {"Location that does not, and a field that does",
     T(MOVED "Location: /1234567\r\nX: y\r\nDate: z\r\n\r\n"), 8, "/123456", 1},
    {"Location twice", T(MOVED "Location: /1234567\r\nLocation: /2\r\n\r\n"), 8, "/2", 0},
    {"Location beyond US-ASCII", T(MOVED "Location: /\xc3\xa9\r\n\r\n"), 8, "/?\?", 0},
    {"Location with room for the NUL", T(MOVED "Location: /x\r\n\r\n"), 1, "", 1},
};

static void run_place(void *ctx, struct unit_slices *s)
{
    const struct place *p = ctx;
    struct reading r = {.body = NULL};
    size_t cap = HTTP_LINE_CAP + 1 + p->cap;
    char *room = unit_room(UNIT_A, cap); /* ends at a wall */
    memset(room, '#', cap);
    http_init(&r.http, room, cap);
    reading_slices(&r, s);
    CHECK_INT(r.rc, HTTP_END);
    CHECK_INT(r.http.location_cut, p->cut);
    CHECK_MEM(room, strlen(p->location) + 1, p->location, strlen(p->location) + 1);
}

void test_http_read_field(void)
{
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct said f = said[i];
        unit_case_of("fields", f.name);
        unit_each_slicing(f.bytes, f.len, run_said, &f);
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct place p = places[i];
        unit_case_of("fields", p.name);
        unit_each_slicing(p.bytes, p.len, run_place, &p);
    }
}
