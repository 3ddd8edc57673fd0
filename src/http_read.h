/* SPDX-License-Identifier: MIT
 *
 * http_read: answers (RFC 9112, strict), from bytes in any slices to pieces of the body.
 *
 *     head    STATUS -> NAME -> VALUE, PLACE or SKIPPED -> NAME ... an empty line
 *                    of a 1xx: -> STATUS
 *     body    no bytes -> END    (204, 304, Content-Length: 0)
 *             SIZED    -> END    (Content-Length)
 *             SIZE -> CHUNK -> CHUNK_END -> SIZE ... a size of 0 -> NAME ... an empty line -> END
 *             STREAM   -> END    (to the close: by http_finish)
 *
 * Lines of any length pass through without being stored. Of a name or value is kept what there is
 * room for, and of a field that nobody reads nothing. Equal bytes give equal results in whatever
 * slices they come.
 *
 * Where the RFCs leave a choice, this reader refuses what two readers on one path could understand
 * differently, and is lenient only where nothing depends on it (numbers are sections of RFC 9112):
 * - A line ends in CR LF and nothing else. 2.2 would allow a bare LF, but whoever sends one is no
 *   HTTP server that is known, and 7.1 does not allow it in chunks. A bare CR, NUL and any other
 *   control byte but HTAB is refused, and so is an empty line before the status line.
 * - Status line (4): HTTP/1.0 or 1.1, a status of 100 to 599. The reason is not looked at; without
 *   one, the SP before it may be missing, as many servers have it.
 * - Fields (5): no white space before the colon (5.1) or behind the status line (2.2). A line that
 *   goes on with a field (obs-fold, 5.2) is skipped if nobody reads the field, and refused if this
 *   reader does.
 * - Content-Length: digits, once. "5, 5", an equal one in another line, 4 GB and more are refused
 *   (RFC 9110, 8.6). Transfer-Encoding: "chunked", once, in HTTP/1.1 and without Content-Length
 *   (6.1, 6.3). Content-Encoding: "identity". Such a value has at most HTTP_LINE_CAP bytes, the
 *   white space behind it included.
 * - 204 and 304 have no body (6.3). If one is announced all the same, the connection is not kept.
 * - A chunk's size has at most 8 digits; extensions are skipped (7.1.1), trailers too (7.1.2).
 * - All lines of an answer, 1xx and trailers included, have at most NANGO_HTTP_HEAD_MAX bytes.
 *   Their ends and the first HTTP_LINE_CAP bytes of each chunk's are not counted.
 */
#ifndef HTTP_READ_H
#define HTTP_READ_H

#include "nango.h"

/* No name or value that matters is longer; a date has 29 bytes. */
#define HTTP_LINE_CAP 31

struct http {
    /* Inside. */
    char *location;        /* where it goes, NUL-terminated */
    uint32_t room;         /* bytes of NANGO_HTTP_HEAD_MAX that are left */
    uint16_t location_cap; /* without the NUL */
    uint8_t interim;       /* answers of 1xx so far */
    uint8_t state;         /* from here on: of the answer that is being read */
    int8_t says;           /* what http_feed said last; an error stays */
    uint8_t field;         /* the last one, an enum http_word */
    uint8_t over;          /* 1: the head is; what fields come are trailers */
    uint8_t chunked;       /* 1: Transfer-Encoding was there */
    uint8_t retry_is_date; /* 1: retry_after_s is a date still */
    uint8_t cr;            /* 1: the line's CR has come */
    uint8_t cut;           /* 1: the line, name or value was longer than its room */
    uint16_t len;          /* of what is kept of it */

    /* What the head said; to be read from HTTP_HEAD on. */
    uint8_t keep_alive;   /* 1: the connection can be used again once the answer has ended */
    uint8_t keep_alive_s; /* Keep-Alive: timeout=, at most 255; 0: not said */
    uint8_t limited;      /* 1: the three below are there */
    uint8_t location_cut; /* 1: Location was longer than its room */
    uint16_t status;
    int32_t
        retry_after_s; /* Retry-After in seconds (a date: minus Date); < 0: not said, or absurd */
    union {
        struct {
            uint32_t limit;      /* X-RateLimit-Limit, */
            uint32_t reset_in_s; /* -Reset minus Date, both of this answer, */
            uint32_t remaining;  /* and -Remaining */
        };
        uint32_t rate[3]; /* inside */
    };
    uint32_t date; /* Date as seconds since 1970; 0: not said */

    /* The piece of the body that HTTP_BODY hands on; it lies in the bytes that were fed. */
    const char *body;
    size_t body_len;

    /* Inside. */
    uint32_t left; /* of the body, or of the chunk; in a head, UINT32_MAX: no Content-Length yet */
    char line[HTTP_LINE_CAP + 1];
};

enum { HTTP_MORE, HTTP_HEAD, HTTP_BODY, HTTP_END };

/* For each answer anew, to any method but HEAD (whose answers have no body). location, with
 * location_cap of 1 to 65,536 bytes, gets the Location of a 3xx, else "". If that is longer, it has
 * the beginning; a byte beyond US-ASCII, which no URI has, is a `?` in it. */
void http_init(struct http *h, char *location, size_t location_cap);
/* Reads on and returns at the first thing to say, *used bytes of `bytes` having been read:
 * HTTP_MORE  all was read, more is needed.
 * HTTP_HEAD  the final head is known (once). Call again with the rest, also if it is empty.
 * HTTP_BODY  body and body_len, which is never 0. Call again with the rest, also if it is empty.
 * HTTP_END   the answer has ended; what is left of bytes does not belong to it.
 * < 0        NANGO_E_HTTP_..., for good. */
int http_feed(struct http *h, const char *bytes, size_t len, size_t *used);
/* The stream has ended; orderly: by FIN without TLS, by close_notify with it. 0: so the answer has
 * ended (it was delimited by the close, or had ended before). Else the error of before,
 * NANGO_E_HTTP_SILENT (no byte of the answer had come) or NANGO_E_HTTP_CUT. */
int http_finish(struct http *h, int orderly);

#endif
