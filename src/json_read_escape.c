/* SPDX-License-Identifier: MIT */
#include "json_read_escape.h"

/* Writes a character as UTF-8 and returns what is behind it. */
static char *put(struct json *j, char *at, uint32_t code)
{
    unsigned more;
    if (code == 0) {
        j->seen |= JSON_SEEN_NUL;
    }
    if (code >> 11 == 0xd800 >> 11) { /* a surrogate without its other half */
        j->seen |= JSON_SEEN_SURROGATE;
        code = 0xfffd;
    }
    more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    for (unsigned i = more; i > 0; i--) {
        at[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    at[0] = (char)(code | (more ? 0xff00u >> (more + 1) : 0));
    return at + more + 1;
}

/* The value of a hexadecimal digit; else more than 15. */
static unsigned hex(unsigned c)
{
    unsigned letter = (c | 0x20) - 'a';
    if (c - '0' < 10) {
        return c - '0';
    }
    return letter < 6 ? letter + 10 : 16;
}

int json_read_lone(struct json *j, char utf8[JSON_ESCAPE_CAP])
{
    uint32_t high = j->high;
    j->high = 0;
    return (int)(put(j, utf8, high) - utf8);
}

int json_read_escape(struct json *j, char c, char utf8[JSON_ESCAPE_CAP])
{
    static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; /* each with what it means */
    uint32_t code;
    int len = 0;
    if (j->left) {
        unsigned digit = hex((unsigned char)c);
        if (digit > 15) {
            return -1;
        }
        j->unit = (uint16_t)((unsigned)j->unit << 4 | digit);
        if (--j->left) {
            return 0;
        }
        code = j->unit;
    } else if (c == 'u') {
        j->left = 4;
        return 0;
    } else {
        const char *e = escapes;
        while (*e && *e != c) {
            e += 2;
        }
        if (!*e) {
            return -1;
        }
        code = (unsigned char)e[1];
    }
    if (j->high && code >> 10 == 0xdc00 >> 10) { /* RFC 8259 section 7 */
        code += 0x10000 - 0xdc00 + ((j->high - 0xd800u) << 10);
        j->high = 0;
    } else if (j->high) {
        len = json_read_lone(j, utf8);
    }
    if (code >> 10 == 0xd800 >> 10) {
        j->high = (uint16_t)code;
        return len;
    }
    return (int)(put(j, utf8 + len, code) - utf8);
}
