/* SPDX-License-Identifier: MIT
 *
 * http_read_field: what the fields of a head say (RFC 9110), once their values are there.
 */
#ifndef HTTP_READ_FIELD_H
#define HTTP_READ_FIELD_H

#include "http_read.h"

#include <string.h>

/* Each word that matters, by its length: names of fields, and words in their values. */
enum http_word {
    HTTP_NONE, /* no field yet: the section begins */
    HTTP_DATE,
    HTTP_CLOSE,
    HTTP_CHUNKED,
    HTTP_TIMEOUT,
    HTTP_IDENTITY,
    HTTP_LOCATION,
    HTTP_CONNECTION,
    HTTP_KEEP_ALIVE,
    HTTP_RETRY_AFTER,
    HTTP_CONTENT_LENGTH,
    HTTP_CONTENT_ENCODING,
    HTTP_TRANSFER_ENCODING,
    HTTP_RATE_LIMIT,
    HTTP_RATE_RESET,
    HTTP_RATE_REMAINING,
    HTTP_OTHER /* none of them */
};

/* http.keep_alive up to the end of the head: the minor version, and what Connection says. */
enum { HTTP_MINOR = 1, HTTP_SAID_KEEP = 2, HTTP_SAID_CLOSE = 4 };
/* http.limited up to there: a bit for each of the three. */
enum { HTTP_LIMITED = 7 };

/* As many bytes as a register has, to look at them all at once; HTTP_EACH times a byte is that byte
 * in each of them. */
#define HTTP_EACH (SIZE_MAX / 255)
static inline size_t http_read_load(const char *p)
{
    size_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

/* The end of the token (RFC 9110, section 5.6.2) that begins at p. */
const char *http_read_token(const char *p, const char *end);
/* An enum http_word, in any case. */
uint8_t http_read_word(const char *text, size_t len);
/* 1*DIGIT. UINT32_MAX: something else, or a number as large as that (about). */
uint32_t http_read_number(const char *text, size_t len);
/* The value of the field, which stands in h->line: takes it, or sets h->says. */
void http_read_value(struct http *h);

#endif
