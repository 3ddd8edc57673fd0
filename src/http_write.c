/* SPDX-License-Identifier: MIT */
#include "http_write.h"

#include <string.h>

/* Called some hundred times a pass, mostly with a few bytes, behind the window (cap = 0 among them)
 * or in it. What begins before the window has a place near the end of size_t. */
void http_put(struct window *w, const void *bytes, size_t len)
{
    const char *from = bytes;
    size_t at = w->len - w->off;
    w->len += len;
    if (at >= w->cap) {
        if (at + len >= at || w->cap == 0) { /* nor does its end reach the window */
            return;
        }
        size_t before = 0 - at;
        from += before;
        len -= before;
        at = 0;
    }
    size_t room = w->cap - at;
    memcpy(w->buf + at, from, len < room ? len : room);
}

void http_put_char(struct window *w, char c)
{
    size_t at = w->len++ - w->off;
    if (at < w->cap) {
        w->buf[at] = c;
    }
}

void http_put_str(struct window *w, const char *text)
{
    http_put(w, text, strlen(text));
}

/* Long division by 10, in digits of 16 bits: what the compiler makes of a 64-bit division is a
 * function of 700 bytes on a 32-bit machine. */
char *http_digits(char digits[HTTP_DIGITS], uint64_t number)
{
    char *first = digits + HTTP_DIGITS;
    uint32_t high = (uint32_t)(number >> 32), low = (uint32_t)number;
    do {
        uint32_t upper = high % 10 << 16 | low >> 16;
        uint32_t lower = upper % 10 << 16 | (low & 0xffff);
        high /= 10;
        low = upper / 10 << 16 | lower / 10;
        *--first = (char)('0' + lower % 10);
    } while ((high | low) != 0);
    return first;
}

void http_put_uint(struct window *w, uint64_t number)
{
    char digits[HTTP_DIGITS];
    char *first = http_digits(digits, number);
    http_put(w, first, (size_t)(digits + sizeof digits - first));
}

/* Is each byte visible US-ASCII from `least` on, and neither of the two of `barred`? */
static int is_all(const char *bytes, size_t len, char least, const char *barred)
{
    for (; len > 0; len--) {
        char byte = *bytes++;
        if (byte < least || byte > '~' || byte == barred[0] || byte == barred[1]) {
            return 0;
        }
    }
    return 1;
}

int http_is_host(const char *host)
{
    return *host != '\0' && is_all(host, strlen(host), '!', "/[");
}

int http_is_path(const char *path)
{
    return (*path == '\0' || *path == '/') && is_all(path, strlen(path), '!', "?#");
}

int http_is_value(struct nango_text value)
{
    return is_all(value.ptr, value.len, ' ', "\r\n");
}

#define PUT(w, literal) http_put(w, literal, sizeof(literal) - 1)

/* RFC 9110, section 7.2. An IPv6 address is the only host with a colon in it (RFC 3986, 3.2.2). */
static void put_host(struct window *w, const struct http_request *rq)
{
    const char *colon = rq->host;
    while (*colon != '\0' && *colon != ':') {
        colon++;
    }
    if (*colon == ':') {
        http_put_char(w, '[');
        http_put_str(w, rq->host);
        http_put_char(w, ']');
    } else {
        http_put_str(w, rq->host);
    }
    if (rq->tcp_port != 0) {
        http_put_char(w, ':');
        http_put_uint(w, rq->tcp_port);
    }
}

void http_write(struct window *w, const struct http_request *rq)
{
    http_put_str(w, rq->method);
    http_put_char(w, ' ');
    http_put_str(w, rq->prefix);
    rq->target(w, rq->ctx);
    PUT(w, " HTTP/1.1\r\nHost: ");
    put_host(w, rq);
    PUT(w, "\r\nUser-Agent: ");
    if (rq->user_agent.len != 0) {
        http_put(w, rq->user_agent.ptr, rq->user_agent.len);
        http_put_char(w, ' ');
    }
    PUT(w, "nango-c/" NANGO_VERSION "\r\nAccept: application/json");
    if (rq->bearer.ptr != NULL) {
        PUT(w, "\r\nAuthorization: Bearer ");
        http_put(w, rq->bearer.ptr, rq->bearer.len);
    }
    if (rq->body != NULL) {
        PUT(w, "\r\nContent-Type: application/json\r\nContent-Length: ");
        http_put_uint(w, rq->body_len);
    }
    PUT(w, "\r\n\r\n");
    if (rq->body != NULL) {
        rq->body(w, rq->ctx);
    }
}
