/* SPDX-License-Identifier: MIT
 *
 * http_read_field: a field's line of any text (that is what http_read lets through), for each name
 * that it knows, in any state of a head. N bounds the value.
 */
#include "http_read_field.h"

#include "proof.h"

#include <string.h>

char nondet_char(void);
int nondet_int(void);
size_t nondet_size(void);
struct http nondet_http(void);

enum { PLACE_CAP = HTTP_LINE_CAP + 4 };
static char place[PLACE_CAP], line[24 + N];

static char any_text(void)
{
    char c = nondet_char();
    assume(c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f));
    return c;
}

/* A line that begins so. */
static void field(const char *name, size_t len)
{
    size_t name_len = strlen(name);
    char *from = line + sizeof line - 1 - len - name_len;
    for (size_t i = 0; i < name_len; i++) {
        from[i] = name[i];
    }
    for (size_t i = 0; i < len; i++) {
        from[name_len + i] = any_text();
    }
    line[sizeof line - 1] = '\r';

    struct http h = nondet_http();
    h.says = HTTP_MORE;
    h.location = place;
    h.cap = PLACE_CAP - 1;
    h.line = 1;
    assume(h.chunked <= 1 && h.keep_alive <= 7 && h.limited <= 7 && h.cut <= 1);
    assume(h.status >= 100 && h.status <= 599);
    struct http was = h;
    int rc = http_read_field(&h, from, line + sizeof line - 1);
    hold(rc == 0 || rc == 1, "it says whether it is a field");
    hold(h.says == HTTP_MORE || h.says == NANGO_E_HTTP_LENGTH || h.says == NANGO_E_HTTP_CODING,
         "and what is wrong with it");
    hold(h.keep_alive <= 7 && (h.keep_alive & was.keep_alive) == was.keep_alive, "it adds");
    hold(h.limited <= HTTP_LIMITED && h.chunked <= 1, "to bits");
    hold(h.line >= 1 && h.line <= h.cap - HTTP_LINE_CAP, "a line has its room behind Location");
    hold(h.state == was.state && h.room == was.room && h.len == was.len && h.cap == was.cap &&
             h.location == place && h.interim == was.interim && h.cr == was.cr &&
             h.cut == was.cut && h.status == was.status,
         "and nothing else changes");
}

void proof_field_value(void)
{
    field("Date:", N);
    field("Date: ", 29);
    field("Location:", N);
    field("Retry-After:", N);
    field("Retry-After:", 29);
    field("Content-Length:", N);
    field("Content-Encoding:", N);
    field("Transfer-Encoding:", N);
    field("X-RateLimit-Limit:", N);
    field("X-RateLimit-Reset:", N);
    field("X-RateLimit-Remaining:", N);
}

void proof_field_list(void)
{
    field("Connection:", N);
    field("Keep-Alive:", N);
}

void proof_field_any(void)
{
    field("", N);
}

/* 1*DIGIT, in a wider type than the reader's. */
static void number(const char *text, size_t len)
{
    uint32_t number = http_read_number(text, len);
    uint64_t want = 0;
    int is_number = len > 0;
    for (size_t i = 0; i < len; i++) {
        is_number = is_number && text[i] >= '0' && text[i] <= '9';
        want = want * 10 + (uint64_t)(text[i] - '0');
    }
    hold(is_number || number == UINT32_MAX, "what is no number");
    hold(!is_number || number == want || (want >= UINT32_MAX / 10 * 10 && number == UINT32_MAX),
         "what is one, and that one too large is never a small one");
}

void proof_field_number(void)
{
    char text[N];
    for (size_t len = 0; len <= N; len++) {
        number(text, len);
    }
}
