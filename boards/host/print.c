/* SPDX-License-Identifier: MIT */
#include "print.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

struct printer print_out,
    print_err; /* main.c says where to: all zero they take no room in the file */

int print_flush(struct printer *p)
{
    size_t at = 0;
    while (p->fd >= 0 && p->error == 0 && at < p->len) {
        ssize_t n = write(p->fd, p->buf + at, p->len - at);
        if (n >= 0) {
            at += (size_t)n;
        } else if (errno != EINTR) {
            p->error = errno;
        }
    }
    if (p->fd >= 0) {
        p->len = 0;
    }
    return p->error == 0 ? 0 : -1;
}

void print_bytes(struct printer *p, const char *bytes, size_t len)
{
    while (len > 0) {
        size_t n = sizeof p->buf - p->len;
        if (n == 0) {
            if (p->fd < 0) {
                return;
            }
            print_flush(p);
            continue;
        }
        n = n < len ? n : len;
        memcpy(p->buf + p->len, bytes, n);
        p->len += n;
        bytes += n;
        len -= n;
    }
}

/* The length of the character at s (RFC 3629), 0 where there is none. */
static size_t character(const unsigned char *s, size_t len, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s[0] < 0x80   ? 1
               : s[0] < 0xc0 ? 0
               : s[0] < 0xe0 ? 2
               : s[0] < 0xf0 ? 3
               : s[0] < 0xf8 ? 4
                             : 0;
    if (n == 0 || n > len) {
        return 0;
    }
    *code = n == 1 ? s[0] : s[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
        *code = *code << 6 | (s[i] & 0x3f);
    }
    return *code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000) ? 0 : n;
}

/* Neither C0, DEL, C1, nor what turns the direction of a line round. */
static int is_printable(uint32_t code)
{
    return code >= 0x20 && !(code >= 0x7f && code < 0xa0) && !(code >= 0x2028 && code <= 0x202e) &&
           !(code >= 0x2066 && code <= 0x2069);
}

static void print_hex(struct printer *p, const char *before, uint32_t value, int digits)
{
    print_bytes(p, before, strlen(before));
    while (digits-- > 0) {
        print_bytes(p, &"0123456789abcdef"[value >> 4 * digits & 15], 1);
    }
}

void print_text(struct printer *p, const char *text, size_t len)
{
    while (len > 0) {
        uint32_t code = 0;
        size_t n = character((const unsigned char *)text, len, &code);
        if (n > 0 && is_printable(code)) {
            print_bytes(p, text, n);
        } else {
            n = 1;
            print_hex(p, "\\x", (unsigned char)*text, 2);
        }
        text += n;
        len -= n;
    }
}

void print_json(struct printer *p, const char *text, size_t len)
{
    print_bytes(p, "\"", 1);
    while (len > 0) {
        uint32_t code = 0;
        size_t n = character((const unsigned char *)text, len, &code);
        if (n == 0) {
            n = 1;
            print_hex(p, "\\u", 0xfffd, 4);
        } else if (code < 0x10000 && !is_printable(code)) {
            print_hex(p, "\\u", code, 4);
        } else {
            if (code == '"' || code == '\\') {
                print_bytes(p, "\\", 1);
            }
            print_bytes(p, text, n);
        }
        text += n;
        len -= n;
    }
    print_bytes(p, "\"", 1);
}

static void print_decimal(struct printer *p, unsigned long long value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    print_bytes(p, digits + at, sizeof digits - at);
}

/* The conversion that begins behind a %. Returns what follows it. */
static const char *convert(struct printer *p, const char *f, va_list *args)
{
    int precision = -1;
    if (strncmp(f, ".*s", 3) == 0) {
        precision = va_arg(*args, int);
        f += 2;
    }
    if (*f == 's') {
        const char *text = va_arg(*args, const char *);
        print_text(p, text, precision >= 0 ? (size_t)precision : strlen(text));
    } else if (*f == 'd') {
        int value = va_arg(*args, int);
        print_bytes(p, "-", value < 0);
        print_decimal(p, value < 0 ? 0u - (unsigned)value : (unsigned)value);
    } else if (*f == 'u') {
        print_decimal(p, va_arg(*args, unsigned));
    } else if (*f == 'x') {
        print_hex(p, "", va_arg(*args, unsigned), 4);
    } else if (*f == 'z') {
        print_decimal(p, va_arg(*args, size_t));
        f++;
    } else if (*f == 'l') {
        print_decimal(p, va_arg(*args, unsigned long long));
        f += 2;
    } else {
        print_bytes(p, f, 1);
    }
    return f + 1;
}

void print_f(struct printer *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    for (;;) {
        size_t len = strcspn(format, "%");
        print_bytes(p, format, len);
        if (format[len] == 0) {
            break;
        }
        format = convert(p, format + len + 1, &args);
    }
    va_end(args);
}
