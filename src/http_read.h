/* SPDX-License-Identifier: MIT
 *
 * http_read: answers (RFC 9112, strict), from bytes in any slices to pieces of the body.
 *
 *     STATUS -> FIELDS -(1xx)-> STATUS
 *                      -> BODY by length -> END          (204, 304, length 0: END at once)
 *                      -> CHUNKS -> TRAILERS -> END
 *                      -> BODY to the close -> END in http_finish
 *
 * Lines of any length pass through without being stored; only the value of a known field is kept while its line lasts.
 */
#ifndef HTTP_READ_H
#define HTTP_READ_H

#include "nango.h"

#define HTTP_LINE_CAP 48

struct http {
    /* What the head said; to be read from HTTP_HEAD on. */
    uint16_t status;
    uint8_t keep_alive;      /* 1: the connection may be used again once the answer has ended */
    uint8_t keep_alive_s;    /* Keep-Alive: timeout=, at most 255; 0: not said */
    int32_t retry_after_s;   /* Retry-After in seconds (a date: minus Date); -1: not said */
    uint32_t limit;          /* X-RateLimit-Limit, -Remaining; */
    uint32_t remaining;
    uint32_t reset_in_s;     /* X-RateLimit-Reset minus Date, both of this answer */
    uint8_t limited;         /* 1: the three are there */
    uint32_t date;           /* Date as seconds since 1970; 0: not said */
    /* The piece of the body that HTTP_BODY hands on; it lies in the bytes that were fed. */
    const char *body;
    size_t body_len;

    /* Inside. */
    uint64_t left;           /* of the body, or of the chunk */
    uint32_t reset;          /* X-RateLimit-Reset, Retry-After as a date, seconds since 1970 */
    uint32_t head_len;       /* bytes of the section that is being read */
    int error;               /* sticky */
    char *location;          /* where Location goes, NUL-terminated, cut at cap - 1 */
    uint16_t location_cap;
    uint8_t state;
    uint8_t framing;         /* what has been seen of Content-Length and Transfer-Encoding */
    uint8_t interim;         /* answers of 1xx so far */
    uint8_t field;           /* the known field that the line is of; 0: another */
    uint8_t line_len;
    uint8_t cut;             /* the value is longer than its room */
    char line[HTTP_LINE_CAP];
};

enum { HTTP_MORE, HTTP_HEAD, HTTP_BODY, HTTP_END };

/* For each answer anew. is_head: the request was HEAD (no body follows). location may be NULL with cap 0. */
void http_init(struct http *h, char *location, size_t location_cap);
/* Reads on and returns at the first thing to say, *used bytes of `bytes` having been read:
 * HTTP_MORE: all was read, more is needed. HTTP_HEAD: the final head is known (once). HTTP_BODY: body, body_len (never 0).
 * HTTP_END: the answer has ended; what is left of bytes does not belong to it. < 0: NANGO_E_HTTP_..., for good. */
int http_feed(struct http *h, const char *bytes, size_t len, size_t *used);
/* The stream has ended; orderly: by FIN without TLS, by close_notify with it. 0: so the answer has ended (it was delimited by the
 * close, or had ended before); else NANGO_E_HTTP_SILENT (no byte of an answer had come) or NANGO_E_HTTP_CUT. */
int http_finish(struct http *h, int orderly);

#endif
