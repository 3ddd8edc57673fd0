/* SPDX-License-Identifier: MIT
 *
 * http_read: answers (RFC 9112, strict), from bytes in any slices to pieces of the body.
 *
 *     head     STATUS -> REASON -> TEXT -> TEXT_LF -> NAME
 *              NAME -> TEXT -> TEXT_LF -> NAME         a field line; also a line that continues one
 *              NAME -> SECTION_LF                      the empty line: a 1xx begins again at STATUS
 *     body     SIZED -> END                            by Content-Length; 0, 204, 304: END at once
 *              SIZE -> (EXTENSION ->) SIZE_LF -> CHUNK -> CHUNK_CR -> CHUNK_LF -> SIZE
 *              SIZE -> (EXTENSION ->) SIZE_LF -> NAME ... SECTION_LF -> END    the last chunk, and trailers
 *              STREAM -> END                           to the close: by http_finish
 *
 * Lines of any length pass through without being stored; only the name of a field and the value of a known one are kept
 * while their line lasts. Equal bytes give equal results in whatever slices they come.
 *
 * Where RFC 9110 and 9112 leave a choice, this reader refuses whatever two readers on one path could understand differently, and is
 * lenient only where nothing depends on it:
 * - A line ends in CRLF and nothing else (9112, 2.2 would allow a bare LF; a bare CR, NUL, and any other control byte but
 *   HTAB are refused everywhere in a head, a chunk header and trailers). No empty line before the status line.
 * - HTTP/1.0 and 1.1 only, status 100 to 599. The reason is skipped; its SP may be missing (4: many servers leave it out).
 * - No white space before a field's colon (5.1) or behind the status line (2.2). A line that continues another (obs-fold, 5.2) is
 *   skipped if nobody reads the field, and refused if this reader does.
 * - Content-Length: digits, once; also an equal one beside it, a list "5, 5", and 4 GB or more are refused (9110, 8.6).
 * - Transfer-Encoding: `chunked`, once, in HTTP/1.1, without Content-Length (6.1, 6.3). Content-Encoding: `identity`.
 * - 204 and 304 have no body whatever their head says (6.3); if it announces one, the connection is not kept.
 * - A chunk's size is at most 2^32 - 1; white space behind it must lead to an extension (7.1.1); these are skipped. Trailers are
 *   checked and skipped (7.1.2).
 * - A header section, a chunk header, and the trailers have NANGO_HTTP_HEAD_MAX bytes each at most.
 */
#ifndef HTTP_READ_H
#define HTTP_READ_H

#include "nango.h"

/* Longer than any name or value that matters: a date has 29 bytes. */
#define HTTP_LINE_CAP 31

struct http {
    /* Inside. */
    char *location; /* where Location goes, NUL-terminated */
    uint32_t room;  /* bytes of NANGO_HTTP_HEAD_MAX that are left */
    uint16_t location_cap; /* without the NUL */
    uint8_t interim;       /* answers of 1xx so far */
    uint8_t state;         /* from here on: of the answer that is being read */
    int8_t says;           /* what http_feed said last; an error stays */
    uint8_t field;         /* of the last line */
    uint8_t cr;            /* 1: the line's CR has come */
    uint8_t cut;           /* 1: the line, or name or value, is longer than its room */
    uint16_t len;          /* of it, as far as it is kept */
    uint8_t over;          /* 1: the head is; what fields come are trailers */
    uint8_t chunked;       /* 1: Transfer-Encoding has come */
    uint8_t retry_is_date; /* 1: retry_after_s is a date still */

    /* What the head said; to be read from HTTP_HEAD on. */
    uint8_t keep_alive;    /* 1: the connection may be used again once the answer has ended */
    uint8_t keep_alive_s;  /* Keep-Alive: timeout=, at most 255; 0: not said */
    uint8_t limited;       /* 1: the three below are there */
    uint8_t location_cut;  /* 1: Location is longer than its room */
    uint16_t status;
    int32_t retry_after_s; /* Retry-After in seconds (a date: minus Date); < 0: not said, or absurd */
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

/* For each answer anew (to any method but HEAD, whose answers have no body). location gets the Location of a 3xx, else "",
 * cut at cap - 1; a byte beyond US-ASCII, which no URI has, is a `?` there. It may be NULL with cap 0. */
void http_init(struct http *h, char *location, size_t location_cap);
/* Reads on and returns at the first thing to say, *used bytes of `bytes` having been read:
 * HTTP_MORE: all was read, more is needed. HTTP_HEAD: the final head is known (once). HTTP_BODY: body, body_len (never 0).
 * HTTP_END: the answer has ended; what is left of bytes does not belong to it. < 0: NANGO_E_HTTP_..., for good.
 * After HTTP_HEAD and HTTP_BODY call again with the rest, also if it is empty. */
int http_feed(struct http *h, const char *bytes, size_t len, size_t *used);
/* The stream has ended; orderly: by FIN without TLS, by close_notify with it. 0: so the answer has ended (it was delimited by the
 * close, or had ended before); else NANGO_E_HTTP_SILENT (no byte of an answer had come) or NANGO_E_HTTP_CUT. */
int http_finish(struct http *h, int orderly);

#endif
