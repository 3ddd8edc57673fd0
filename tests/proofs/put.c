/* SPDX-License-Identifier: MIT
 *
 * What puts bytes into a window: http_put, http_put_char, out_source. Each is held against its text
 * for ANY place of the text in the message and ANY window, up to the end of the address space: what
 * lies in the window is put, what does not is left as it was, and the length is that of the whole
 * text. All other writers are made of these (writers.c shows it of out_string), so the windows of a
 * message, joined, are its one-pass text, however many puts it is made of.
 */
#include "out.h"

#include "proof.h"

#include <string.h>

enum { CAP = N + 1, ROOM = 6 * N + 24 };

/* One byte of the window's buffer, any one, is looked at: `place` is its place in the text. */
static char buf[CAP], was, expected;
static size_t looked_at, place, expected_len;
static struct window w, before;

char nondet_char(void);
size_t nondet_size(void);
struct window nondet_window(void);

/* The next byte of the text; after start(). */
static void expect(char c)
{
    if (expected_len++ == place) {
        expected = c;
    }
}

static void start(void)
{
    w = nondet_window();
    w.buf = buf;
    w.error = 0;
    assume(w.cap <= CAP && w.len <= SIZE_MAX - ROOM && w.off <= SIZE_MAX - ROOM);
    looked_at = nondet_size();
    assume(looked_at < CAP);
    was = nondet_char();
    buf[looked_at] = was;
    before = w;
    place = w.off + looked_at - w.len;
}

static void end(void)
{
    hold(w.len == before.len + expected_len, "the length is that of the whole text");
    hold(w.off == before.off && w.cap == before.cap && w.buf == buf, "the window stays");
    int is_in = looked_at < before.cap && place < expected_len;
    hold(buf[looked_at] == (is_in ? expected : was), "what is in the window is put, and no more");
}

/* A text of up to N bytes, in an object that ends with it. */
static char bytes[N];
static struct nango_text any_text(void)
{
    size_t len = nondet_size();
    assume(len <= N);
    for (size_t i = 0; i < N; i++) {
        bytes[i] = nondet_char();
    }
    return (struct nango_text){bytes + N - len, len};
}

void proof_put(void)
{
    struct nango_text text = any_text();
    start();
    for (size_t i = 0; i < text.len; i++) {
        expect(text.ptr[i]);
    }
    http_put(&w, text.ptr, text.len);
    end();
}

void proof_put_char(void)
{
    char c = nondet_char();
    start();
    expect(c);
    http_put_char(&w, c);
    end();
}

static size_t read_calls;
static int read_says;
static int read_at(void *ctx, size_t off, void *to, size_t len)
{
    const struct nango_text *text = ctx;
    read_calls++;
    hold(len > 0 && off <= text->len && len <= text->len - off, "only what there is, is read");
    if (read_says == 0) {
        memcpy(to, text->ptr + off, len);
    }
    return read_says;
}

/* In memory, or read; the reading may fail. */
void proof_source(void)
{
    struct nango_text text = any_text();
    int is_read = nondet_size() != 0;
    size_t from = nondet_size();
    assume(from <= text.len);
    struct nango_source source = {.len = text.len, .mem = text.ptr};
    if (is_read) {
        source = (struct nango_source){.len = text.len, .read_at = read_at, .ctx = &text};
        read_says = (int)nondet_size();
    }
    start();
    out_source(&w, &source, from);
    if (w.error != 0) {
        hold(w.error == NANGO_E_SOURCE && w.cause == read_says && read_says != 0, "says why");
        return;
    }
    hold(read_says == 0 || read_calls == 0, "a failure is no success");
    for (size_t i = from; i < text.len; i++) {
        expect(text.ptr[i]);
    }
    end();
}
