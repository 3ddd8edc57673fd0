/* SPDX-License-Identifier: MIT
 *
 * http_read: answers (RFC 9112, strict), from bytes in any slices to pieces of the body.
 *
 *     head    STATUS -> FIELD -> FIELD ... an empty line
 *                    of a 1xx: -> STATUS
 *     body    no bytes -> END    (204, 304, Content-Length: 0)
 *             SIZED    -> END    (Content-Length)
 *             SIZE -> EXTENSION -> CHUNK -> CHUNK_END -> SIZE ...
 *                     of a size of 0: -> TRAILER -> TRAILER ... an empty line -> END
 *             STREAM   -> END    (to the close: by http_finish)
 *
 * A line that the input has whole is read where it lies; of another line of the head as much is
 * kept as there is room for. Equal bytes give equal results in whatever slices they come.
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
 *   reader does. Of a name longer than its room, what is kept must be a token.
 * - Content-Length: digits, once. "5, 5", an equal one in another line, 4 GB and more are refused
 *   (RFC 9110, 8.6). Transfer-Encoding: "chunked", once, in HTTP/1.1 and without Content-Length
 *   (6.1, 6.3). Content-Encoding: "identity". Such a line must fit its room.
 * - 204 and 304 have no body (6.3). If one is announced all the same, the connection is not kept.
 * - A chunk's size has at most 8 digits; extensions are skipped (7.1.1). Trailers are (7.1.2),
 *   whatever lines of text they are.
 * - All lines of an answer, 1xx and trailers included, have at most NANGO_HTTP_HEAD_MAX bytes, and
 *   HTTP_CHUNK_LINES more for each chunk: enough for its size, not for an extension each.
 */
#ifndef HTTP_READ_H
#define HTTP_READ_H

#include "nango.h"

/* The bytes that are kept of any line, at least; Retry-After with a date has 42. */
#define HTTP_LINE_CAP 47
#define HTTP_CHUNK_LINES 16

struct http {
    /* Inside. */
    char *location;        /* where it goes, NUL-terminated; behind it the line that is read */
    uint32_t room;         /* bytes of NANGO_HTTP_HEAD_MAX that are left */
    uint16_t cap;          /* of location, without the last NUL */
    uint8_t interim;       /* answers of 1xx so far */
    uint8_t state;         /* from here on: of the answer that is being read */
    int8_t says;           /* what http_feed said last; an error stays */
    uint8_t field;         /* the last one, an enum http_word */
    uint8_t chunked;       /* 1: Transfer-Encoding was there */
    uint8_t retry_is_date; /* 1: retry_after_s is a date still */
    uint8_t cr;            /* 1: the line's CR has come */
    uint8_t cut;           /* 1: the line was longer than its room */
    uint16_t line;         /* where it is kept, from location */
    uint16_t len;          /* of what is kept of it; of a chunk's size; of others: not 0 */

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

    /* A piece of the body: so many of the bytes that were used, the last ones. 0: none. */
    size_t body_len;

    /* Inside. */
    uint32_t left; /* of the body, or of the chunk; in a head, UINT32_MAX: no Content-Length yet */
};

enum { HTTP_MORE, HTTP_HEAD, HTTP_END };

/* For each answer anew, to any method but HEAD (whose answers have no body). location gets the
 * Location of a 3xx, else "". Of location_cap, at most 65,536 bytes, HTTP_LINE_CAP + 1 are for the
 * lines; if it is longer than the rest, it has the beginning. A byte beyond US-ASCII, which no URI
 * has, is a `?` in it. From HTTP_HEAD on nothing is written there. */
void http_init(struct http *h, char *location, size_t location_cap);
/* Reads on and returns at the first thing to say, *used bytes of `bytes` having been read:
 * HTTP_MORE  there may be a piece of the body: body_len. Call again with the rest, or with more.
 * HTTP_HEAD  the final head is known (once). Call again with the rest, also if it is empty.
 * HTTP_END   the answer has ended, perhaps with a piece of the body; what is left of bytes does not
 *            belong to it.
 * < 0        NANGO_E_HTTP_..., for good. */
int http_feed(struct http *h, const char *bytes, size_t len, size_t *used);
/* The stream has ended; orderly: by FIN without TLS, by close_notify with it. 0: so the answer has
 * ended (it was delimited by the close, or had ended before). Else the error of before,
 * NANGO_E_HTTP_SILENT (no byte of the answer had come) or NANGO_E_HTTP_CUT. */
int http_finish(struct http *h, int orderly);

#endif
