/* SPDX-License-Identifier: MIT
 *
 * A writer that is made of puts: out_string. Here a window is a thing without members, so that it
 * cannot do anything to it but put; put.c shows what that does. What it puts is held, byte by byte,
 * against a text that is made here a second time and in the plainest way.
 */
#include "out.h"

#include "proof.h"

char nondet_char(void);
size_t nondet_size(void);

/* One byte of the text, any one, is looked at. */
static size_t place, len, expected_len;
static char is, expected;
static char nothing;

void http_put_char(struct window *w, char c)
{
    hold((char *)w == &nothing, "it is the window");
    if (len++ == place) {
        is = c;
    }
}

void http_put(struct window *w, const void *bytes, size_t bytes_len)
{
    hold((char *)w == &nothing && bytes != NULL && __CPROVER_r_ok(bytes, bytes_len), "readable");
    if (place - len < bytes_len) {
        is = ((const char *)bytes)[place - len];
    }
    len += bytes_len;
}

static void expect(char c)
{
    if (expected_len++ == place) {
        expected = c;
    }
}

static void start(void)
{
    place = nondet_size();
}

static void end(void)
{
    hold(len == expected_len, "the length");
    hold(place >= len || is == expected, "each byte");
}

/* A text of up to N bytes, at the end of its object. */
static struct nango_text any_text(void)
{
    static char bytes[N];
    size_t text_len = nondet_size();
    assume(text_len <= N);
    for (size_t i = 0; i < N; i++) {
        bytes[i] = nondet_char();
    }
    return (struct nango_text){bytes + N - text_len, text_len};
}

/* RFC 8259, section 7: what must be escaped, and how it may be. */
static void expect_escaped(unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        expect('\\');
        expect((char)c);
    } else if (c < 0x20) {
        expect('\\');
        expect('u');
        expect('0');
        expect('0');
        expect(hex[c / 16]);
        expect(hex[c % 16]);
    } else {
        expect((char)c);
    }
}

void proof_string(void)
{
    struct nango_text text = any_text();
    start();
    expect('"');
    for (size_t i = 0; i < text.len; i++) {
        expect_escaped((unsigned char)text.ptr[i]);
    }
    expect('"');
    out_string((struct window *)&nothing, text.ptr, text.len);
    end();
}
