/* SPDX-License-Identifier: MIT
 *
 * http_write: requests, in every window.
 */
#include "http_write.h"

#include "unit.h"

#include <string.h>

void test_http_write(void);

static void target(struct window *w, const void *ctx)
{
    http_put_str(w, ctx != NULL ? ctx : "/connections");
}

static void body(struct window *w, const void *ctx)
{
    (void)ctx;
    http_put(w, "{\"a\":", 5);
    http_put(w, "", 0);
    http_put_uint(w, 1);
    http_put(w, "}", 1);
}

#define VERSION_LINES "User-Agent: nango-c/" NANGO_VERSION "\r\nAccept: application/json\r\n"

static const struct {
    const char *name;
    struct http_request request;
    const char *text;
} requests[] = {
    {"POST with a key and a body",
     {.method = "POST",
      .prefix = "",
      .body = body,
      .body_len = 7,
      .host = "api.nango.dev",
      .bearer = {"123e4567-e89b-42d3-a456-426614174000", 36}},
     "POST /connections HTTP/1.1\r\nHost: api.nango.dev\r\n" VERSION_LINES
     "Authorization: Bearer 123e4567-e89b-42d3-a456-426614174000\r\n"
     "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}"},
    {"GET with nothing beside it",
     {.method = "GET", .prefix = "", .ctx = "/connections?limit=1", .host = "localhost"},
     "GET /connections?limit=1 HTTP/1.1\r\nHost: localhost\r\n" VERSION_LINES "\r\n"},
    {"a port and a prefix",
     {.method = "DELETE", .prefix = "/nango", .ctx = "/x", .host = "localhost", .tcp_port = 3003},
     "DELETE /nango/x HTTP/1.1\r\nHost: localhost:3003\r\n" VERSION_LINES "\r\n"},
    {"IPv6 (RFC 3986, 3.2.2)",
     {.method = "GET", .prefix = "", .ctx = "/", .host = "::1"},
     "GET / HTTP/1.1\r\nHost: [::1]\r\n" VERSION_LINES "\r\n"},
    {"IPv6 with a port",
     {.method = "GET", .prefix = "", .ctx = "/", .host = "fe80::a", .tcp_port = 65535},
     "GET / HTTP/1.1\r\nHost: [fe80::a]:65535\r\n" VERSION_LINES "\r\n"},
    {"IPv4",
     {.method = "GET", .prefix = "", .ctx = "/", .host = "127.0.0.1", .tcp_port = 80},
     "GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n" VERSION_LINES "\r\n"},
    {"a user agent of the caller's",
     {.method = "GET",
      .prefix = "",
      .ctx = "/",
      .host = "a",
      .user_agent = {"gateway/1.0 (x)#", 15}},
     "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: gateway/1.0 (x) nango-c/" NANGO_VERSION
     "\r\nAccept: application/json\r\n\r\n"},
    {"an empty user agent and an empty key",
     {.method = "GET",
      .prefix = "",
      .ctx = "/",
      .host = "a",
      .bearer = {"", 0},
      .user_agent = {"", 0}},
     "GET / HTTP/1.1\r\nHost: a\r\n" VERSION_LINES "Authorization: Bearer \r\n\r\n"},
    {"an empty body",
     {.method = "POST", .prefix = "", .ctx = "/", .body = target, .host = "a"},
     "POST / HTTP/1.1\r\nHost: a\r\n" VERSION_LINES
     "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n/"},
    {"a length of many digits",
     {.method = "POST",
      .prefix = "",
      .ctx = "",
      .body = target,
      .body_len = 4294967295,
      .host = "a"},
     "POST  HTTP/1.1\r\nHost: a\r\n" VERSION_LINES
     "Content-Type: application/json\r\nContent-Length: 4294967295\r\n\r\n"},
};

static size_t write_request(void *ctx, size_t off, char *buf, size_t cap)
{
    struct window w = {.off = off, .cap = cap};
    w.buf = buf;
    struct http_request request = *(const struct http_request *)ctx;
    request.target = target;
    http_write(&w, &request);
    CHECK_INT(w.error, 0);
    return w.len;
}

static const struct {
    uint64_t number;
    const char *text;
} numbers[] = {
    {0, "0"},
    {9, "9"},
    {10, "10"},
    {99, "99"},
    {65535, "65535"},
    {65536, "65536"},
    {655359, "655359"},
    {4294967295, "4294967295"},
    {4294967296, "4294967296"},
    {4294967300, "4294967300"},
    {42949672959, "42949672959"},
    {281474976710655, "281474976710655"},
    {281474976710656, "281474976710656"},
    {1764050400000, "1764050400000"},
    {1000000000000000000, "1000000000000000000"},
    {9999999999999999999u, "9999999999999999999"},
    {10000000000000000000u, "10000000000000000000"},
    {18446744073709551615u, "18446744073709551615"},
};

static size_t write_number(void *ctx, size_t off, char *buf, size_t cap)
{
    struct window w = {.off = off, .cap = cap};
    w.buf = buf;
    http_put_uint(&w, *(const uint64_t *)ctx);
    return w.len;
}

static void test_put(void)
{
    unit_case("a window behind the text, and one at its end");
    char *buf = unit_room(UNIT_A, 4);
    memset(buf, '#', 4);
    struct window w = {.buf = buf, .off = 5, .cap = 4};
    http_put(&w, "abcde", 5);
    CHECK_INT(w.len, 5);
    CHECK_TEXT(buf, 4, "####");
    http_put(&w, "fg", 2);
    CHECK_TEXT(buf, 4, "fg##");
    http_put(&w, "", 0);
    http_put(&w, "hijk", 4);
    CHECK_TEXT(buf, 4, "fghi");
    http_put(&w, "l", 1);
    CHECK_TEXT(buf, 4, "fghi");
    CHECK_INT(w.len, 12);

    unit_case("one put that begins before the window and ends behind it");
    w = (struct window){.buf = buf, .off = 1, .cap = 4};
    http_put(&w, "abcdef", 6);
    CHECK_TEXT(buf, 4, "bcde");

    unit_case("one put that begins before the window and ends in it");
    memset(buf, '#', 4);
    w = (struct window){.buf = buf, .off = 3, .cap = 4};
    http_put(&w, "abcdefgh", 5);
    CHECK_TEXT(buf, 4, "de##");

    unit_case("a window of nothing needs no buffer");
    w = (struct window){.off = 3};
    http_put_str(&w, "abcdef");
    http_put_uint(&w, 12);
    CHECK_INT(w.len, 8);

    unit_case("numbers in every window");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint64_t number = numbers[i].number;
        unit_each_window(write_number, &number, numbers[i].text, strlen(numbers[i].text));
    }
}

/* Each byte alone, in the middle: does what is said of a host, a path and a value hold? */
static void test_bytes(void)
{
    unit_case("each byte in a host, a path and a value");
    for (int byte = 1; byte < 256; byte++) {
        char text[] = {'/', (char)byte, 'a', '\0'};
        int visible = byte > ' ' && byte < 127;
        CHECK_INT(http_is_host(text + 1), visible && byte != '/' && byte != '[');
        CHECK_INT(http_is_path(text), visible && byte != '?' && byte != '#');
        CHECK_INT(http_is_value((struct nango_text){text, 3}), visible || byte == ' ');
    }
    CHECK(!http_is_value((struct nango_text){"a\0b", 3}));
}

static void test_texts(void)
{
    unit_case("hosts");
    CHECK(http_is_host("api.nango.dev"));
    CHECK(http_is_host("::1"));
    CHECK(http_is_host("a"));
    CHECK(!http_is_host(""));
    CHECK(!http_is_host("[::1]"));
    CHECK(!http_is_host("https://api.nango.dev"));
    CHECK(!http_is_host("a\r\nX: y"));
    CHECK(!http_is_host("a "));
    CHECK(!http_is_host("\xc3\xa9"));

    unit_case("paths");
    CHECK(http_is_path(""));
    CHECK(http_is_path("/"));
    CHECK(http_is_path("/a/b%20c;d=e"));
    CHECK(!http_is_path("a"));
    CHECK(!http_is_path("?a=b"));
    CHECK(!http_is_path("/a?b"));
    CHECK(!http_is_path("/a#b"));
    CHECK(!http_is_path("/a b"));
    CHECK(!http_is_path("/a\n"));

    unit_case("values");
    CHECK(http_is_value((struct nango_text){NULL, 0}));
    CHECK(http_is_value((struct nango_text){"", 0}));
    CHECK(http_is_value(NANGO_STR("gateway/1.0 (Linux; \"x\")")));
    CHECK(http_is_value((struct nango_text){"a\n", 1}));
    CHECK(!http_is_value(NANGO_STR("a\r\nX: y")));
    CHECK(!http_is_value(NANGO_STR("a\tb")));
    CHECK(!http_is_value(NANGO_STR("\x7f")));
    CHECK(!http_is_value(NANGO_STR("\x80")));
}

void test_http_write(void)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct http_request request = requests[i].request;
        unit_case_of("is written, in every window", requests[i].name);
        unit_each_window(write_request, &request, requests[i].text, strlen(requests[i].text));
    }
    test_put();
    test_bytes();
    test_texts();
}
