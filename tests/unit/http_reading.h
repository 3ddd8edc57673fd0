/* SPDX-License-Identifier: MIT
 *
 * http_reading: an answer that is read, for the tests of http_read.
 */
#ifndef HTTP_READING_H
#define HTTP_READING_H

#include "http_read.h"

#include "unit.h"

#define T(text) (text), sizeof(text) - 1
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define DATE "Date: Tue, 24 Nov 2026 22:00:00 GMT\r\n" /* 1795557600 */

struct reading {
    struct http http;
    int rc;       /* what http_feed said last; what http_finish said, if it had to be asked */
    int finished; /* 1: it had to be */
    unsigned heads;
    const char *body; /* that it should be; NULL: any */
    size_t body_len;
    size_t body_at;                  /* bytes of it so far, */
    uint32_t sum;                    /* and a sum over them */
    size_t rest;                     /* bytes behind the answer */
    char nowhere[HTTP_LINE_CAP + 2]; /* room for a Location of no bytes */
};

void reading_begin(struct reading *r);
/* Feeds one part, to its end or that of the answer, and checks what every answer must keep to.
 * Returns r->rc. */
int reading_feed(struct reading *r, const char *part, size_t len);
/* A text, from memory that ends at a wall; `count` bytes of x, in parts of `step`. Return r->rc. */
int reading_feed_text(struct reading *r, const char *text);
int reading_feed_many(struct reading *r, size_t count, size_t step);
/* Feeds all slices, and ends the stream in order if the answer has not ended by itself. r->rc is
 * HTTP_END or an error then. */
void reading_slices(struct reading *r, struct unit_slices *s);
/* It has ended, well or not, and stays so. */
void reading_check_ended(struct reading *r);

#endif
