/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <string.h>

enum { NAME_MAX_LEN = 64 };

struct reader {
    const unsigned char *p;
    const unsigned char *end;
    unsigned depth;
    struct fuzz_text *out;
};

void tree_name(struct fuzz_text *out, const char *bytes, size_t len)
{
    fuzz_add(out, "K", 1);
    fuzz_add_number(out, len > NAME_MAX_LEN ? NAME_MAX_LEN + 1 : (long long)len);
    fuzz_add(out, bytes, len > NAME_MAX_LEN ? NAME_MAX_LEN : len);
}

void tree_string(struct fuzz_text *out, const char *bytes, size_t len)
{
    fuzz_add(out, "s", 1);
    fuzz_add_number(out, (long long)len);
    fuzz_add(out, bytes, len);
}

static int peek(const struct reader *r)
{
    return r->p < r->end ? *r->p : -1;
}

static int skip(struct reader *r, int c)
{
    if (peek(r) != c) {
        return 0;
    }
    r->p++;
    return 1;
}

static void blanks(struct reader *r)
{
    while (skip(r, ' ') || skip(r, '\t') || skip(r, '\n') || skip(r, '\r')) {
    }
}

static void add_code(struct fuzz_text *t, uint32_t code)
{
    unsigned char b[4];
    size_t n = 0;
    if (code < 0x80) {
        b[n++] = (unsigned char)code;
    } else if (code < 0x800) {
        b[n++] = (unsigned char)(0xc0 + code / 64);
    } else if (code < 0x10000) {
        b[n++] = (unsigned char)(0xe0 + code / 4096);
        b[n++] = (unsigned char)(0x80 + code / 64 % 64);
    } else {
        b[n++] = (unsigned char)(0xf0 + code / 262144);
        b[n++] = (unsigned char)(0x80 + code / 4096 % 64);
        b[n++] = (unsigned char)(0x80 + code / 64 % 64);
    }
    if (code >= 0x80) {
        b[n++] = (unsigned char)(0x80 + code % 64);
    }
    fuzz_add(t, b, n);
}

/* A character that is not escaped: its code point, or -1. */
static int64_t character(struct reader *r)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t code = *r->p++;
    unsigned more = code < 0x80 ? 0 : code < 0xc0 ? 9 : code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3;
    if (more == 9 || code >= 0xf8 || code < 0x20) {
        return -1;
    }
    code = more == 0 ? code : code & (0x3fu >> more);
    for (unsigned i = 0; i < more; i++) {
        int c = peek(r);
        if (c < 0x80 || c > 0xbf) {
            return -1;
        }
        code = code * 64 + ((uint32_t)c - 0x80);
        r->p++;
    }
    return code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
               ? -1
               : (int64_t)code;
}

/* Four hexadecimal digits: a UTF-16 unit, or -1. */
static int64_t unit(struct reader *r)
{
    int64_t value = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdefABCDEF";
        const char *d = r->p < r->end && *r->p != 0 ? strchr(digits, *r->p) : NULL;
        if (d == NULL) {
            return -1;
        }
        value = value * 16 + (d - digits) - (d - digits > 15 ? 6 : 0);
        r->p++;
    }
    return value;
}

/* What is behind a backslash: its code point, or -1. */
static int64_t escape(struct reader *r)
{
    static const char from[] = "bfnrt\"\\/", to[] = "\b\f\n\r\t\"\\/";
    int c = peek(r);
    const char *at = c > 0 ? strchr(from, c) : NULL;
    if (at != NULL) {
        r->p++;
        return to[at - from];
    }
    if (!skip(r, 'u')) {
        return -1;
    }
    int64_t high = unit(r);
    if (high < 0xd800 || high > 0xdfff) {
        return high;
    }
    if (high < 0xdc00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u') {
        struct reader ahead = *r;
        ahead.p += 2;
        int64_t low = unit(&ahead);
        if (low >= 0xdc00 && low <= 0xdfff) {
            *r = ahead;
            return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
        }
    }
    return 0xfffd; /* without its other half */
}

static int quoted(struct reader *r, void (*put)(struct fuzz_text *, const char *, size_t))
{
    struct fuzz_text text = {NULL, 0, 0};
    int ok = skip(r, '"');
    while (ok && !skip(r, '"')) {
        int64_t code = r->p == r->end ? -1 : skip(r, '\\') ? escape(r) : character(r);
        ok = code >= 0;
        if (ok) {
            add_code(&text, (uint32_t)code);
        }
    }
    if (ok) {
        put(r->out, text.ptr, text.len);
    }
    fuzz_free(&text);
    return ok;
}

static size_t digits(struct reader *r)
{
    const unsigned char *from = r->p;
    while (peek(r) >= '0' && peek(r) <= '9') {
        r->p++;
    }
    return (size_t)(r->p - from);
}

static int number(struct reader *r)
{
    const unsigned char *from = r->p;
    skip(r, '-');
    if (!skip(r, '0') && digits(r) == 0) {
        return 0;
    }
    if (skip(r, '.') && digits(r) == 0) {
        return 0;
    }
    if (skip(r, 'e') || skip(r, 'E')) {
        if (!skip(r, '+')) {
            skip(r, '-');
        }
        if (digits(r) == 0) {
            return 0;
        }
    }
    fuzz_add(r->out, "#", 1);
    fuzz_add(r->out, from, (size_t)(r->p - from));
    return 1;
}

static int literal(struct reader *r, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(r->end - r->p) < len || memcmp(r->p, word, len) != 0) {
        return 0;
    }
    r->p += len;
    fuzz_add(r->out, word, 1);
    return 1;
}

static int value(struct reader *r);

static int members(struct reader *r, int is_object)
{
    int close = is_object ? '}' : ']', ok = r->depth-- > 0;
    r->p++;
    fuzz_add(r->out, is_object ? "{" : "[", 1);
    blanks(r);
    for (int first = 1; ok && !skip(r, close); first = 0) {
        ok = first || skip(r, ',');
        blanks(r);
        if (ok && is_object) {
            ok = quoted(r, tree_name);
            blanks(r);
            ok = ok && skip(r, ':');
            blanks(r);
        }
        ok = ok && value(r);
        blanks(r);
    }
    fuzz_add(r->out, is_object ? "}" : "]", 1);
    r->depth++;
    return ok;
}

static int value(struct reader *r)
{
    switch (peek(r)) {
    case '{': return members(r, 1);
    case '[': return members(r, 0);
    case '"': return quoted(r, tree_string);
    case 'n': return literal(r, "null");
    case 't': return literal(r, "true");
    case 'f': return literal(r, "false");
    default: return number(r);
    }
}

int tree_read(const char *text, size_t len, unsigned depth_max, struct fuzz_text *out)
{
    struct reader r = {(const unsigned char *)text, (const unsigned char *)text + len, depth_max,
                       out};
    blanks(&r);
    if (!value(&r)) {
        return 0;
    }
    blanks(&r);
    return r.p == r.end;
}
