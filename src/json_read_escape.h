/* SPDX-License-Identifier: MIT
 *
 * json_read_escape: the escapes of JSON strings, pairs of \uXXXX among them, made UTF-8.
 */
#ifndef JSON_READ_ESCAPE_H
#define JSON_READ_ESCAPE_H

#include "json_read.h"

#define JSON_ESCAPE_CAP 7 /* a lone surrogate's U+FFFD, and the character that showed it */

/* The next byte behind a backslash. j->left is 0 at the first, and when the escape has ended.
 * How many bytes of utf8 that made; -1: no escape has this byte. */
int json_read_escape(struct json *j, char c, char utf8[JSON_ESCAPE_CAP]);

/* A high surrogate (j->high) is not followed by an escape: it was a lone one. */
int json_read_lone(struct json *j, char utf8[JSON_ESCAPE_CAP]);

#endif
