/* SPDX-License-Identifier: MIT */
#include "check_value.h"

#include <string.h>

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static char lower(char c)
{
    return (char)(is_letter(c) ? c | 0x20 : c);
}

int check_value_is(const char *name, size_t len, const char *known)
{
    for (; len > 0 && *name == *known && *known != '\0'; len--) {
        name++;
        known++;
    }
    return len == 0 && *known == '\0';
}

/* ---- any text -------------------------------------------------------------------------------- */

void check_value_begin(struct check_value *v, char *text)
{
    v->text = text;
    v->units = 0;
    v->error = 0;
    v->wide = 0;
    v->odd = 0;
    v->len = 0;
    v->state = 1; /* where each automaton starts */
}

/* The first byte that is NUL or not ASCII. By words: a high bit is left where a byte is above 0x7f
 * or, by the borrow, 0. */
static const char *plain(const char *p, const char *end)
{
    const size_t each = (size_t)-1 / 0xff; /* 0x01 in each byte */
    size_t w;

    for (; (size_t)(end - p) >= sizeof w; p += sizeof w) {
        memcpy(&w, p, sizeof w);
        if (((w - each) | w) & each * 0x80) {
            break;
        }
    }
    while (p != end && (unsigned char)*p - 1u < 0x7f) {
        p++;
    }
    return p;
}

/* Counts UTF-16 units: one for each character, one more for those beyond the BMP, whose first byte
 * is 0xf0 or more. Of an id the characters count, as in the server's database. */
static void count(struct check_value *v, const struct member *m, const char *p, const char *end)
{
    for (;;) {
        const char *from = p;
        p = plain(p, end);
        v->units += (size_t)(p - from);
        if (p == end) {
            return;
        }
        unsigned char c = (unsigned char)*p++;
        if (c == 0) {
            v->error = NANGO_E_CONTROL;
        }
        v->wide = 1;
        v->units += (c & 0xc0) != 0x80;
        v->units += c >= 0xf0 && m->kind != MEMBER_ID;
    }
}

/* ---- connection_id --------------------------------------------------------------------------- */

/* Unicode's control characters are those below 0x20, DEL and, in UTF-8, C2 80 to C2 9F. */
static void id(struct check_value *v, const char *p, const char *end)
{
    /* [a-zA-Z0-9,.;:=+~[\]|@${}"'\/_ -], a bit for each of 0x20 to 0x7f */
    static const uint32_t readable[] = {0x2ffff895, 0xbfffffff, 0x7ffffffe};

    for (; p != end; p++) {
        unsigned c = (unsigned char)*p, i = c - 0x20;
        if (i < 0x60 && readable[i / 32] >> i % 32 & 1) {
            continue;
        }
        if (c < 0x20 || c == 0x7f || (v->state == 0xc2 && c < 0xa0)) {
            v->error = NANGO_E_CONTROL;
        }
        v->odd = 1;
        v->state = (uint8_t)c;
    }
}

/* ---- e-mail ---------------------------------------------------------------------------------- */

/* The rule of zod 4, which the server applies, as an automaton:
 *     ^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]
 *     @([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$ */
enum { FAIL, START = 1, QUOTE, LOCAL, AT, LABEL, NEXT, ONE, MANY, MIXED };
enum { OTHER, LETTER, DIGIT, DOT, AT_SIGN, HYPHEN, MARK, APOSTROPHE };

static unsigned kind_of(char c)
{
    switch (c) {
    case '.': return DOT;
    case '@': return AT_SIGN;
    case '-': return HYPHEN;
    case '_':
    case '+': return MARK;
    case '\'': return APOSTROPHE;
    default: return is_letter(c) ? LETTER : is_digit(c) ? DIGIT : OTHER;
    }
}

static unsigned email(unsigned state, char c)
{
    /* A hex digit for each kind of character, OTHER being the last: the state that it leads to. */
    static const uint32_t next[] = {
        0x00000000, /* FAIL */
        0x23300330, /* START, also behind a dot */
        0x23301330, /* QUOTE: behind an apostrophe */
        0x23341330, /* LOCAL: behind another character of the local part; an @ may come */
        0x00000550, /* AT */
        0x00506550, /* LABEL: within the domain's first label */
        0x00000970, /* NEXT: behind a dot in the domain */
        0x00906980, /* ONE: the label is one letter */
        0x00906980, /* MANY: it is letters */
        0x00906990, /* MIXED: it is other things */
    };
    return next[state] >> 4 * kind_of(c) & 15;
}

/* ---- what is kept ---------------------------------------------------------------------------- */

static void keep(struct check_value *v, const char *bytes, size_t len)
{
    if (v->len + len >= CHECK_TEXT_CAP) {
        v->len = CHECK_TEXT_CAP;
    } else {
        memcpy(v->text + v->len, bytes, len);
        v->len = (uint8_t)(v->len + len);
    }
}

/* ---- webhook_url_override -------------------------------------------------------------------- */

static const char scheme[] = "https://";
enum { HOST = 1 + sizeof scheme - 1, REST, BAD };

/* Of a URL the host is kept. The rest may be any characters but those that RFC 3986 lets no URL
 * have. */
static void url(struct check_value *v, char c)
{
    unsigned state = v->state;

    if (state < HOST) {
        state += state == 5 && c == ':'; /* http: */
        state = lower(c) == scheme[state - 1] ? state + 1 : BAD;
    } else if (state == HOST) {
        if (c == '/' || c == '?' || c == '#' || c == '\\') {
            state = REST;
        } else {
            c = lower(c);
            keep(v, &c, 1);
            if (c == '@') {
                v->len = 0; /* it was a user's name and password */
            }
        }
    }
    if ((unsigned char)c <= ' ' || c == 0x7f) {
        state = BAD;
    }
    v->state = (uint8_t)state;
}

static unsigned number(const char **p)
{
    unsigned n = 0;

    for (; is_digit(**p); ++*p) {
        n = n * 10 + (unsigned)(**p - '0');
    }
    return n;
}

/* An address that begins so is refused by the server: this host, private (RFC 1918, RFC 6598),
 * loopback, link-local. */
static int ipv4(const char *p)
{
    static const uint16_t blocks[][2] = {{0x0000, 0xff00}, {0x0a00, 0xff00}, {0x7f00, 0xff00},
                                         {0x6440, 0xffc0}, {0xa9fe, 0xffff}, {0xac10, 0xfff0},
                                         {0xc0a8, 0xffff}};
    unsigned first = number(&p), net;

    p += *p == '.';
    net = first << 8 | number(&p);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if ((net & blocks[i][1]) == blocks[i][0]) {
            return NANGO_E_FORBIDDEN;
        }
    }
    return first > 255 ? NANGO_E_FORMAT : 0;
}

/* host: in lower case, with its port, which is left to the server. */
static int check_host(const char *host)
{
    enum { EACH = 9 }; /* the length of both */
    const char *end = host;
    int digits = 1;
    size_t len;

    if (*host == '[') { /* RFC 4291: of all IPv6 only 2000::/3 is global unicast */
        return (host[1] == '2' || host[1] == '3') && host[2] != '\0' && host[3] != '\0' &&
                       host[4] != '\0' && host[5] == ':'
                   ? 0
                   : NANGO_E_FORBIDDEN;
    }
    for (; *end != '\0' && *end != ':'; end++) {
        digits &= is_digit(*end) || *end == '.';
    }
    if (end == host) {
        return NANGO_E_FORMAT;
    }
    if (digits) {
        return ipv4(host);
    }
    if (end - host > EACH) { /* these domains, and what is below them */
        host = end[-EACH - 1] == '.' ? end - EACH : end;
    }
    len = (size_t)(end - host);
    return check_value_is(host, len, "nango.dev") || check_value_is(host, len, "localhost")
               ? NANGO_E_FORBIDDEN
               : 0;
}

/* ---- expires_at ------------------------------------------------------------------------------ */

/* Does the text begin so? A digit stands for any up to it. Returns what is behind, or NULL. */
static const char *match(const char *text, const char *form)
{
    for (; *form != '\0'; text++, form++) {
        if (is_digit(*form) ? !is_digit(*text) || *text > *form : *text != *form) {
            return NULL;
        }
    }
    return text;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* ISO 8601, extended format, with seconds and Z or an offset: what JavaScript's Date takes for the
 * same moment everywhere. */
static int is_iso(const char *t)
{
    const char *p = match(t, "9999-19-39T29:59:59");
    if (p == NULL) {
        return 0;
    }
    int century = two(t), year = two(t + 2), month = two(t + 5), day = two(t + 8);
    int days = 30 + ((month ^ month >> 3) & 1);
    if (month == 2) {
        days = 28 + ((year != 0 ? year : century) % 4 == 0);
    }
    if (month < 1 || month > 12 || day < 1 || day > days || two(t + 11) > 23) {
        return 0;
    }
    if (*p == '.' && is_digit(p[1])) {
        do {
            p++;
        } while (is_digit(*p));
    }
    t = p + 1;
    if (*p == '+' || *p == '-') {
        p = match(t, "29:59");
        return p != NULL && *p == '\0' && two(t) < 24;
    }
    return *p == 'Z' && *t == '\0';
}

static int is_epoch_ms(const char *t, size_t len)
{
    while (is_digit(*t)) {
        t++;
    }
    return *t == '\0' && len >= 12 && len <= 15;
}

int check_value_is_epoch_ms(uint64_t ms)
{
    return ms - 100000000000 < 999900000000000;
}

/* ---- credentials.type, tags ------------------------------------------------------------------ */

int check_value_type(const char *name, size_t len)
{
    int t = NANGO_TYPES_LEN - 1;

    while (t >= 0 && !((NANGO_TYPES >> t & 1) && check_value_is(name, len, request_types[t]))) {
        t--;
    }
    return t;
}

int check_value_tag_key(const char *key, size_t len, uint64_t *hash)
{
    enum { MOST = 64 };
    uint64_t h = 14695981039346656037u; /* FNV-1a */

    if (len == 0 || len > MOST) {
        return len == 0 ? NANGO_E_TOO_SHORT : NANGO_E_TOO_LONG;
    }
    for (size_t i = 0; i < len; i++) {
        char c = lower(key[i]);
        if (!is_letter(c) && (i == 0 || !((c >= '-' && c <= '9') || c == '_'))) { /* - . / 0-9 */
            return NANGO_E_FORMAT;
        }
        h = (h ^ (uint64_t)c) * 1099511628211u;
    }
    *hash = h;
    return 0;
}

/* ---- from begin to end ----------------------------------------------------------------------- */

void check_value_feed(struct check_value *v, const struct member *m, const char *bytes, size_t len)
{
    if (len == 0) { /* bytes may be NULL then */
        return;
    }
    const char *end = bytes + len;
    count(v, m, bytes, end);
    switch (m->kind) {
    case MEMBER_ID: id(v, bytes, end); break;
    case MEMBER_TIME:
    case MEMBER_TYPE: keep(v, bytes, len); break;
    case MEMBER_EMAIL:
        while (bytes != end) {
            v->state = (uint8_t)email(v->state, *bytes++);
        }
        break;
    case MEMBER_URL:
        while (bytes != end) {
            url(v, *bytes++);
        }
        break;
    default: break;
    }
}

/* What the kind asks for, apart from the length. */
static int check_kind(struct check_value *v, const struct member *m, int is_number)
{
    int fits = v->len < CHECK_TEXT_CAP;

    if (fits) {
        v->text[v->len] = '\0';
    }
    switch (m->kind) {
    case MEMBER_URL:
        if (v->state < HOST || v->state == BAD) {
            return v->units == 0 ? 0 : NANGO_E_FORMAT;
        }
        return fits ? check_host(v->text) : 0; /* one of 64 bytes and more is left to the server */
    case MEMBER_TIME:
        return fits && (is_number ? is_epoch_ms(v->text, v->len) : is_iso(v->text)) ? 0
                                                                                    : NANGO_E_TIME;
    default: return fits && check_value_type(v->text, v->len) >= 0 ? 0 : NANGO_E_FORMAT;
    }
}

int check_value_end(struct check_value *v, const struct member *m, int is_number)
{
    if (v->error != 0) {
        return v->error;
    }
    if (v->units < m->min) {
        return NANGO_E_TOO_SHORT;
    }
    if (m->max != 0 && v->units > m->max) {
        return NANGO_E_TOO_LONG;
    }
    switch (m->kind) {
    case MEMBER_TEXT: return 0;
    case MEMBER_ID: v->odd |= v->units == 0; return 0;
    case MEMBER_EMAIL: return v->state == MANY ? 0 : NANGO_E_FORMAT;
    default: return check_kind(v, m, is_number);
    }
}
