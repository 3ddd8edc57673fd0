/* SPDX-License-Identifier: MIT
 *
 * http_read_field: what the fields of a head say (RFC 9110), once their values are there.
 */
#ifndef HTTP_READ_FIELD_H
#define HTTP_READ_FIELD_H

#include "http_read.h"

/* Each word that matters: names of fields, and words in their values. Its number is the place where
 * it stands in the table of them, behind its length. */
enum http_word {
    HTTP_DATE = 0,
    HTTP_CLOSE = 5,
    HTTP_CHUNKED = 11,
    HTTP_TIMEOUT = 19,
    HTTP_IDENTITY = 27,
    HTTP_LOCATION = 36,
    HTTP_CONNECTION = 45,
    HTTP_KEEP_ALIVE = 56,
    HTTP_RETRY_AFTER = 67,
    HTTP_CONTENT_LENGTH = 79,
    HTTP_CONTENT_ENCODING = 94,
    HTTP_TRANSFER_ENCODING = 111,
    HTTP_RATE_LIMIT = 129,
    HTTP_RATE_RESET = 147,
    HTTP_RATE_REMAINING = 165,
    HTTP_OTHER = 187 /* none of them: the table's end */
};

/* http.keep_alive up to the end of the head: the minor version, and what Connection says. */
enum { HTTP_MINOR = 1, HTTP_SAID_KEEP = 2, HTTP_SAID_CLOSE = 4 };
/* http.limited up to there: a bit for each of the three. */
enum { HTTP_LIMITED = 7 };

static inline int http_read_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* 1*DIGIT. UINT32_MAX: something else, or a number as large as that (about). */
uint32_t http_read_number(const char *text, size_t len);
/* Takes what a line of a head says, or sets h->says; behind it stands a control byte. 0: it breaks
 * the grammar. */
int http_read_field(struct http *h, const char *line, const char *end);

#endif
