/* SPDX-License-Identifier: MIT */
#include "http_write.h"

#include <string.h>

/* Called some two hundred times a message, twice a message: the window is cut out of the bytes by
 * comparing positions in the text, and all cases (before it, in it, across its edges, cap = 0) are
 * one. */
void http_put(struct window *w, const void *bytes, size_t len)
{
    size_t at = w->len, from = w->off, to = from + w->cap;
    w->len = at + len;
    from = from > at ? from : at;
    to = to < w->len ? to : w->len;
    if (from < to) {
        memcpy(w->buf + (from - w->off), (const char *)bytes + (from - at), to - from);
    }
}

void http_put_str(struct window *w, const char *text)
{
    http_put(w, text, strlen(text));
}

/* Long division by 10, in digits of 16 bits: what the compiler makes of a 64-bit division is a
 * function of 700 bytes on a 32-bit machine. */
void http_put_uint(struct window *w, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    uint32_t high = (uint32_t)(number >> 32), low = (uint32_t)number;
    do {
        uint32_t upper = high % 10 << 16 | low >> 16;
        uint32_t lower = upper % 10 << 16 | (low & 0xffff);
        high /= 10;
        low = upper / 10 << 16 | lower / 10;
        digits[--at] = (char)('0' + lower % 10);
    } while ((high | low) != 0);
    http_put(w, digits + at, sizeof digits - at);
}

/* Is each byte visible US-ASCII from `least` on, and none of `not`? */
static int is_all(const char *bytes, size_t len, char least, const char * not )
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] < least || bytes[i] > '~' || strchr(not, bytes[i]) != NULL) {
            return 0;
        }
    }
    return 1;
}

int http_is_host(const char *host)
{
    return *host != '\0' && is_all(host, strlen(host), '!', "%/@[]\"#<>?\\^`{|}");
}

int http_is_path(const char *path)
{
    return (*path == '\0' || *path == '/') && is_all(path, strlen(path), '!', "\"#<>?\\^`{|}");
}

int http_is_value(struct nango_text value)
{
    return is_all(value.ptr, value.len, ' ', "");
}

/* RFC 9110, section 7.2; an IPv6 address is the only host with a colon (RFC 3986, section 3.2.2). */
static void put_host(struct window *w, const struct http_request *rq)
{
    size_t bracket = strchr(rq->host, ':') != NULL;
    http_put(w, "[", bracket);
    http_put_str(w, rq->host);
    http_put(w, "]", bracket);
    if (rq->tcp_port != 0) {
        http_put(w, ":", 1);
        http_put_uint(w, rq->tcp_port);
    }
}

void http_write(struct window *w, const struct http_request *rq)
{
    http_put_str(w, rq->method);
    http_put(w, " ", 1);
    http_put_str(w, rq->prefix);
    rq->target(w, rq->ctx);
    http_put_str(w, " HTTP/1.1\r\nHost: ");
    put_host(w, rq);
    http_put_str(w, "\r\nUser-Agent: ");
    http_put(w, rq->user_agent.ptr, rq->user_agent.len);
    http_put(w, " ", rq->user_agent.len != 0);
    http_put_str(w, "nango-c/" NANGO_VERSION "\r\nAccept: application/json\r\n");
    if (rq->bearer.ptr != NULL) {
        http_put_str(w, "Authorization: Bearer ");
        http_put(w, rq->bearer.ptr, rq->bearer.len);
        http_put(w, "\r\n", 2);
    }
    if (rq->body != NULL) {
        http_put_str(w, "Content-Type: application/json\r\nContent-Length: ");
        http_put_uint(w, rq->body_len);
        http_put(w, "\r\n", 2);
    }
    http_put(w, "\r\n", 2);
    if (rq->body != NULL) {
        rq->body(w, rq->ctx);
    }
}
