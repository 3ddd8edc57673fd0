/* SPDX-License-Identifier: MIT
 *
 * json_read: json_feed over ANY N bytes, from ANY state that is_state() lets through, to a sink
 * that answers anything to any event. The state that json_init makes is one of them, and each call
 * that does not end the reading leaves one of them: so what is shown holds for texts of any length
 * in slices of up to N bytes.
 */
#include "proof.h"

#include "../../src/json_read.c" /* its states are its own */

char nondet_char(void);
int nondet_int(void);
size_t nondet_size(void);
struct json nondet_json(void);

static struct json j;
static char text[N];
static int was_refused;

static int is_surrogate(uint32_t unit)
{
    return unit >> 10 == 0xd800 >> 10; /* the first of two */
}

static int is_between(void)
{
    int is_inner = j.depth > 0, is_object = j.in == NAME;
    return j.left == 0 && j.units == 0 &&
           (j.may == VALUE || (is_inner && is_object && (j.may == NAME || j.may == COLON)) ||
            (is_inner && (j.may == (COMMA | CLOSE) || j.may == (j.in | CLOSE))) ||
            (!is_inner && j.may == 0));
}

/* The places in the table of states where one begins. */
static int is_token(void)
{
    static const uint8_t starts[] = {0,  13, 18, 25, 34, 37, 44, 51, 54, 57, 60,
                                     63, 66, 67, 70, 73, 76, 79, 80, 83, 86, 89};
    int is = 0;
    for (size_t i = 0; i < sizeof starts; i++) {
        is = is || starts[i] == j.may;
    }
    return is && j.left == 0 && j.units == 0;
}

static int is_string(void)
{
    unsigned digits = j.left > 0 && j.left < 4 ? 4u - j.left : 0;
    uint32_t high = j.state == ESCAPE ? j.units >> 4 * digits : j.units;
    return (j.may == j.in || j.may == VALUE || j.may == (j.in | CLOSE)) &&
           j.left <= (j.state == ESCAPE   ? 4
                      : j.state == STRING ? 3
                                          : 0) &&
           (j.event == JSON_STRING || (j.event == JSON_KEY && j.depth > 0 && j.in == NAME)) &&
           (j.state == STRING ? high == 0 : is_surrogate(high) || (j.state == ESCAPE && high == 0));
}

/* What is skipped: the value at a depth, or its contents; within raw text only what is deeper. */
static int is_quiet(void)
{
    return j.quiet == NEVER || (j.quiet > 0 && (j.quiet + 1u) / 2 <= j.depth &&
                                (j.raw == 0 || j.quiet + 1u >= 2u * j.raw));
}

static int is_state(void)
{
    return j.error == 0 && j.depth <= NANGO_JSON_DEPTH && j.raw <= j.depth && is_quiet() &&
           j.key_len <= JSON_KEY_CAP + 1 && (j.in == VALUE || j.in == NAME) &&
           (j.state == BETWEEN ? is_between()
            : j.state == TOKEN ? is_token()
                               : j.state <= ESCAPE && is_string());
}

static char said[8];
static size_t said_len;

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    hold(ctx == &j, "the context is the sink's");
    hold(!was_refused, "no event after one that was refused");
    hold(event >= JSON_KEY && event <= JSON_SPAN, "an event that there is");
    hold(len == 0 ||
             __CPROVER_r_ok(bytes, event == JSON_KEY && len > JSON_KEY_CAP ? JSON_KEY_CAP : len),
         "the piece is readable, a name as far as it was kept");
    int answer = nondet_int();
    assume(answer >= -1 && answer <= (JSON_TAKE | JSON_RAW));
    was_refused = answer < 0;
    return answer;
}

static void any_state(void)
{
    for (size_t i = 0; i < N; i++) {
        text[i] = nondet_char();
    }
    j = nondet_json();
    j.sink = (struct json_sink){on, &j};
}

void proof_json_init(void)
{
    any_state();
    json_init(&j, (struct json_sink){on, &j});
    hold(is_state() && j.offset == 0 && j.seen == 0, "the first state is one that is known");
}

static void feed(enum state state)
{
    any_state();
    j.state = (uint8_t)state;
    assume(is_state());
    size_t used, before = j.offset, len = N;
    int rc = json_feed(&j, text, len, &used);
    hold(rc == j.error && rc <= 0 && used <= len && j.offset == before + used, "what was read");
    hold(!was_refused || rc < 0, "a refusal ends the reading");
    hold(rc != 0 || used == len, "all is read, unless it is wrong");
    hold(rc != 0 || is_state(), "the state behind it is one that is known");
}

/* One for each state that it may begin in. */
void proof_json_between(void)
{
    feed(BETWEEN);
}

void proof_json_token(void)
{
    feed(TOKEN);
}

void proof_json_string(void)
{
    feed(STRING);
}

void proof_json_pair(void)
{
    feed(PAIR);
}

void proof_json_within_escape(void)
{
    feed(ESCAPE);
}

void proof_json_finish(void)
{
    any_state();
    assume(is_state());
    unsigned state = j.state, may = j.may, depth = j.depth;
    int rc = json_finish(&j);
    hold(rc == j.error && rc <= 0, "what is said stays");
    hold(rc != 0 || (depth == 0 && (state == TOKEN || (state == BETWEEN && may == 0))),
         "it ends where a value has ended, or does by that");
    hold(json_finish(&j) == rc, "for good");
}

/* ---- escapes: a byte of one, against RFC 8259, section 7, and RFC 3629 ---- */

static int collect(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    (void)ctx;
    hold(event == JSON_TEXT && len <= 4 && said_len + len <= sizeof said, "pieces of a string");
    memcpy(said + said_len, bytes, len);
    said_len += len;
    return 0;
}

static size_t encode(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xe0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3f));
        to[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 0x3f));
    to[2] = (char)(0x80 | (code >> 6 & 0x3f));
    to[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* The unit that c ends; -1: none yet; -2: c may not be here. */
static int32_t unit_of(unsigned char c, unsigned left, uint32_t units)
{
    if (left == 0) {
        return c == 'u'                            ? -1
               : c == 'b'                          ? 8
               : c == 't'                          ? 9
               : c == 'n'                          ? 10
               : c == 'f'                          ? 12
               : c == 'r'                          ? 13
               : c == '"' || c == '/' || c == '\\' ? c
                                                   : -2;
    }
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    return digit < 0 ? -2 : left > 1 ? -1 : (int32_t)((units << 4 | (unsigned)digit) & 0xffff);
}

void proof_json_escape(void)
{
    char want[8];
    size_t used, want_len = 0;
    any_state();
    j.sink.on = collect;
    j.quiet = NEVER;
    j.state = ESCAPE;
    j.event = JSON_STRING;
    assume(is_state() && j.raw == 0);
    unsigned left = j.left, says = j.seen;
    uint32_t units = j.units, high = left > 0 ? units >> 4 * (4 - left) : units;
    char c = nondet_char();
    int32_t code = unit_of((unsigned char)c, left, units);
    int rc = json_feed(&j, &c, 1, &used);
    hold((rc == NANGO_E_JSON_ESCAPE) == (code == -2) && rc <= 0, "refused is what no escape has");
    if (code < 0) {
        hold(said_len == 0 && j.seen == says, "nothing is said before the end");
        hold(rc != 0 || (j.state == ESCAPE && j.left == (left == 0 ? 4 : left - 1)),
             "so many follow");
        return;
    }
    int is_low = code >> 10 == 0xdc00 >> 10, is_high = is_surrogate((uint32_t)code);
    if (high != 0 && is_low) {
        want_len = encode(0x10000 + ((high - 0xd800) << 10) + ((uint32_t)code - 0xdc00), want);
    } else {
        if (high != 0) { /* alone */
            want_len = encode(0xfffd, want);
            says |= JSON_SEEN_SURROGATE;
        }
        if (is_low) {
            want_len += encode(0xfffd, want + want_len);
            says |= JSON_SEEN_SURROGATE;
        } else if (!is_high) {
            want_len += encode((uint32_t)code, want + want_len);
            says |= code == 0 ? JSON_SEEN_NUL : 0;
        }
    }
    hold(rc == 0 && j.state == (is_high ? PAIR : STRING), "a high surrogate waits");
    hold(j.seen == says && said_len == want_len, "what was seen is said, and so many bytes");
    for (size_t i = 0; i < sizeof said; i++) {
        hold(i >= said_len || said[i] == want[i], "of UTF-8");
    }
}

/* RFC 3629, section 4: from any byte that may begin, up to four, against its grammar. */
void proof_json_utf8(void)
{
    unsigned char b[4];
    for (int i = 0; i < 4; i++) {
        b[i] = (unsigned char)nondet_char();
    }
    assume(b[0] >= 0x80);
    int t1 = b[1] >> 6 == 2, t2 = t1 && b[2] >> 6 == 2, t3 = t2 && b[3] >> 6 == 2, want = 0;
    if (b[0] >= 0xc2 && b[0] <= 0xdf) {
        want = t1 ? 2 : 0;
    } else if (b[0] >= 0xe0 && b[0] <= 0xef) {
        want = t2 && (b[0] != 0xe0 || b[1] >= 0xa0) && (b[0] != 0xed || b[1] <= 0x9f) ? 3 : 0;
    } else if (b[0] >= 0xf0 && b[0] <= 0xf4) {
        want = t3 && (b[0] != 0xf0 || b[1] >= 0x90) && (b[0] != 0xf4 || b[1] <= 0x8f) ? 4 : 0;
    }
    j.left = 0;
    int got = 0, is_right = 1;
    do {
        is_right = b[got] >= 0x80 && json_utf8(&j, b[got]);
        got++;
    } while (is_right && j.left != 0 && got < 4);
    hold((is_right && j.left == 0 ? got : 0) == want, "the grammar of RFC 3629");
}
