/* SPDX-License-Identifier: MIT
 *
 * http_read: http_feed over ANY N bytes, from ANY state that is_state() lets through. The state
 * that http_init makes is one of them, and each call that is not refused leaves one of them: so
 * what is shown holds for answers of any length in slices of up to N bytes. What a field says is
 * read by http_read_field; here that may be anything, and field.c shows that it is no more than
 * that.
 */
#include "proof.h"

#include "../../src/http_read.c" /* its states are its own */

char nondet_char(void);
int nondet_int(void);
uint32_t nondet_u32(void);
size_t nondet_size(void);
struct http nondet_http(void);

enum { PLACE_CAP = HTTP_LINE_CAP + 4 };
static struct http h;
static char text[N], place[PLACE_CAP];

static int is_line(void)
{
    return h.state <= FIELD
               ? (size_t)h.line + h.len <= h.cap && (h.len == 0 || !place[h.line + h.len])
           : h.state == SIZE ? h.len <= 8 && !h.cr
           : h.state < CHUNK ? h.len <= 8
                             : h.len == 0 && !h.cr;
}

static int is_state(void)
{
    return h.state <= END && h.location == place && h.cap == PLACE_CAP - 1 && h.line >= 1 &&
           h.line <= h.cap - HTTP_LINE_CAP && h.cr <= 1 && h.cut <= 1 && h.chunked <= 1 &&
           h.interim <= NANGO_HTTP_INTERIM_MAX && is_line() &&
           (h.state == STATUS || (h.status >= 100 && h.status <= 599)) &&
           (h.state <= FIELD || h.status >= 200) &&
           ((h.state != SIZED && h.state != CHUNK) || h.left > 0) &&
           (h.says < 0 ||
            (h.state == END ? h.says >= HTTP_HEAD && h.says <= HTTP_END : h.says <= HTTP_HEAD));
}

uint32_t http_read_number(const char *digits, size_t len)
{
    hold(len == 3 && __CPROVER_r_ok(digits, len), "digits that can be read");
    return nondet_u32();
}

int http_read_field(struct http *to, const char *line, const char *end)
{
    size_t len = (size_t)(end - line);
    hold(to == &h && __CPROVER_r_ok(line, len + 1),
         "a line that can be read, with a byte behind it");
    hold((unsigned char)*end < ' ' && *end != '\t', "which is a control byte");
    struct http any = nondet_http();
    h.says = any.says <= 0 ? any.says : 0;
    h.field = any.field;
    h.left = any.left;
    h.date = any.date;
    h.keep_alive = any.keep_alive & 7;
    h.keep_alive_s = any.keep_alive_s;
    h.chunked = any.chunked & 1;
    h.retry_is_date = any.retry_is_date & 1;
    h.retry_after_s = any.retry_after_s;
    h.limited = any.limited & HTTP_LIMITED;
    h.reset_in_s = any.reset_in_s;
    h.line = any.line;
    assume(h.line >= 1 && h.line <= h.cap - HTTP_LINE_CAP);
    return nondet_int();
}

static void any_state(void)
{
    for (size_t i = 0; i < N; i++) {
        text[i] = nondet_char();
    }
    for (size_t i = 0; i < PLACE_CAP; i++) {
        place[i] = nondet_char();
    }
    h = nondet_http();
    h.location = place;
}

void proof_http_init(void)
{
    any_state();
    http_init(&h, place, PLACE_CAP);
    hold(is_state() && h.says == HTTP_MORE, "the first state is one that is known");
}

void proof_http_feed(void)
{
    any_state();
    assume(is_state());
    size_t len = nondet_size(), used;
    assume(len <= N);
    int said = h.says, rc = http_feed(&h, text + N - len, len, &used);
    hold(used <= len && rc == h.says, "no farther than the bytes go");
    hold(said >= 0 || (rc == said && used == 0), "an error stays");
    hold(rc < 0 || is_state(), "the state behind it is one that is known");
    hold(rc != HTTP_MORE || used == len || h.body_len > 0, "for more, all was read, or a piece");
    hold(h.body_len <= used && (h.body_len == 0 || rc == HTTP_MORE || rc == HTTP_END),
         "a piece of a body was used");
    hold((rc == HTTP_END) <= (h.state == END), "the end is the end");
    hold(rc != HTTP_HEAD || (h.status >= 200 && h.keep_alive <= 1 && h.limited <= 1),
         "a head is final");
}

void proof_http_finish(void)
{
    any_state();
    assume(is_state());
    unsigned state = h.state;
    int said = h.says, orderly = nondet_int();
    int rc = http_finish(&h, orderly);
    hold(rc <= 0 && h.says == (rc < 0 ? rc : HTTP_END), "what is said stays");
    hold(said >= 0 || rc == said, "and what was said before");
    hold((rc == 0) == (said >= 0 && (state == END || (state == STREAM && orderly))),
         "an end it has");
}
