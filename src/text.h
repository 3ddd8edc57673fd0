/* SPDX-License-Identifier: MIT
 *
 * text: what the readers of HTTP and JSON have in common: spans of bytes that mean nothing else.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The next bytes, the first one lowest, whatever the machine's order. (Compilers know this.) */
static inline uint32_t text_load32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline size_t text_load(const char *p)
{
    return text_load32(p) | (size_t)((uint64_t)text_load32(p + sizeof(size_t) - 4) << 32);
}

/* The first byte that matters, or one of the last before the end, fewer than a register has: a
 * control byte, or DEL; or, within the quotes of JSON, a control byte, one above 0x7f, "
 * and \. As many bytes at a time as a register has: a high bit is left in those. A carry or borrow
 * may leave it in later ones too, so the first one counts. */
static inline const char *text_span(const char *p, const char *end, int is_quoted)
{
    const size_t each = SIZE_MAX / 0xff; /* 1 in each byte */
    for (size_t n = (size_t)(end - p) / sizeof each; n > 0; n--) {
        size_t w = text_load(p);
        size_t stop = is_quoted ? w | ((w ^ each * 0x02) - each * 0x21) | ((w ^ each * '\\') - each)
                                : ((w - each * ' ') | (w + each)) & ~w; /* " ^ 2 is ! + 2 */
        stop &= each * 0x80;
        if (stop != 0) {
            for (; !(stop & 0x80); stop >>= 8) {
                p++;
            }
            break;
        }
        p += sizeof each;
    }
    return p;
}

/* The value of a hexadecimal digit; else more than 15. */
static inline unsigned text_hex(char digit)
{
    unsigned c = (unsigned char)digit, letter = (c | 0x20) - 'a';
    return c - '0' < 10 ? c - '0' : letter < 6 ? letter + 10 : 16;
}

#endif
