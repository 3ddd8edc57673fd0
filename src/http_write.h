/* SPDX-License-Identifier: MIT
 *
 * http_write: a message as a pure function of an offset (RFC 9112, requests).
 *
 * Nothing here or above holds a message in memory. A writer walks over the whole text each time
 * that it is asked and puts into the window only the part [off, off + cap); `len` ends as the
 * length of the whole text. So cap = 0 measures, and a retry is offset 0 again.
 */
#ifndef HTTP_WRITE_H
#define HTTP_WRITE_H

#include "nango.h"

struct window {
    char *buf;  /* may be NULL where cap is 0 */
    size_t off; /* of the text's byte that goes to buf[0] */
    size_t cap;
    size_t len;   /* of the text, so far */
    uint32_t sum; /* over the bytes of sources that were put, carried from window to window */
    int error;    /* 0, or the first failure (NANGO_E_SOURCE); `cause` is the source's own code */
    int cause;
};

/* Bytes; one of them; a NUL-terminated text; a number in decimal digits. */
void http_put(struct window *w, const void *bytes, size_t len);
void http_put_char(struct window *w, char c);
void http_put_str(struct window *w, const char *text);
void http_put_uint(struct window *w, uint64_t number);
/* The digits alone, at the end of the room; returns the first. */
enum { HTTP_DIGITS = 20 };
char *http_digits(char digits[HTTP_DIGITS], uint64_t number);

/* What a caller gives for the head is asked of these first, once; http_write puts it there as it
 * stands. Each refuses every byte but visible US-ASCII (and SP in a value), so no CR, LF, NUL,
 * other control byte or obs-text can ever break out of its line (RFC 9112, section 11.2). */
int http_is_host(
    const char *host); /* a name or address (RFC 3986, section 3.2.2); IPv6 without its brackets */
int http_is_path(const char *path); /* "", or "/" and what is neither query nor fragment */
int http_is_value(
    struct nango_text value); /* of a field (RFC 9110, section 5.5); absent or empty is one */

struct http_request {
    const char *method;
    const char *prefix;                                /* "" or "/nango", before the target */
    void (*target)(struct window *w, const void *ctx); /* path and query, encoded */
    void (*body)(struct window *w, const void *ctx);   /* NULL: the message has none */
    const void *ctx;
    size_t body_len;
    const char *host;
    uint16_t tcp_port;            /* 0: the scheme's own, left out of Host */
    struct nango_text bearer;     /* the key or token; ptr NULL: no Authorization */
    struct nango_text user_agent; /* put before "nango-c/x.y.z"; ptr NULL or len 0: nothing */
};

/* The whole message, head and body. */
void http_write(struct window *w, const struct http_request *request);

#endif
