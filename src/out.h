/* SPDX-License-Identifier: MIT
 *
 * out: JSON into a window (RFC 8259). What goes in was checked before: text is valid UTF-8, a
 * source is valid JSON.
 */
#ifndef OUT_H
#define OUT_H

#include "http_write.h"

/* RFC 8259, section 7: may it stand in a string as it is? (Most are told by two comparisons.) */
static inline int out_is_plain(unsigned char c)
{
    return (c > '"' && c != '\\') || c == ' ' || c == '!';
}
/* Else: what stands for it, and how many bytes that is. */
enum { OUT_ESCAPE_CAP = 6 };
size_t out_escape(unsigned char c, char escape[OUT_ESCAPE_CAP]);

/* A string with its quotes and escapes. */
void out_string(struct window *w, const char *text, size_t len);
/* The source's bytes from `from` on, as they are; what lies outside the window is not even read.
 * Adds to w->sum. */
void out_source(struct window *w, const struct nango_source *source, size_t from);

extern const char out_hex[]; /* digits */

/* The bytes [off, off + len) of a source, in memory or elsewhere. 0, or what read_at returned. */
int out_read(const struct nango_source *source, size_t off, void *buf, size_t len);
/* The sum that tells a changed source: start with OUT_SUM_START, add bytes in order. */
#define OUT_SUM_START 2166136261u
uint32_t out_sum(uint32_t sum, const void *bytes, size_t len);

#endif
