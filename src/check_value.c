/* SPDX-License-Identifier: MIT */
#include "check_value.h"

#include "out.h"

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

void check_value_begin(struct check_value *v, const struct member *of)
{
    v->of = of;
    v->units = 0;
    v->escapes = 0;
    v->error = 0;
    v->odd = 0;
    v->len = 0;
    v->state = 1; /* where each automaton starts */
}

/* Counts UTF-16 units: one for each character, one more for those beyond the BMP, whose first byte
 * is 0xf0 or more. Of an id the characters count, as in the server's database. */
static void count(struct check_value *v, const char *p, const char *end)
{
    struct json *j = v->json;
    char escape[OUT_ESCAPE_CAP];

    v->units += (size_t)(end - p);
    for (; p != end; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x80 || (v->is_text && j->left > 0)) {
            v->units -= (c & 0xc0) == 0x80;
            v->units += c >= 0xf0 && v->of->kind != MEMBER_ID;
            if (v->is_text && !json_utf8(j, c)) {
                v->error = NANGO_E_UTF8;
            }
        } else if (!out_is_plain(c)) {
            v->escapes += out_escape(c, escape) - 1;
            if (c == 0) {
                v->error = NANGO_E_CONTROL;
            }
        }
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
    static const char marks[] = {'.', '@', '-', '_', '\''}; /* from DOT on */
    unsigned kind = DOT;

    if (is_letter(c)) {
        return LETTER;
    }
    if (is_digit(c)) {
        return DIGIT;
    }
    c = c == '+' ? '_' : c;
    while (kind <= APOSTROPHE && marks[kind - DOT] != c) {
        kind++;
    }
    return kind % (APOSTROPHE + 1);
}

static void email(struct check_value *v, const char *p, const char *end)
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
    for (; p != end; p++) {
        v->state = next[v->state] >> 4 * kind_of(*p) & 15;
    }
}

/* ---- what is kept ---------------------------------------------------------------------------- */

static void keep(struct check_value *v, const char *p, const char *end)
{
    while (p != end && v->len < CHECK_TEXT_CAP) {
        v->json->key[v->len++] = *p++;
    }
}

/* ---- webhook_url_override -------------------------------------------------------------------- */

/* RFC 3986 has none of these in a URL. */
static void url(struct check_value *v, const char *p, const char *end)
{
    for (; p != end; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7f) {
            v->error = NANGO_E_FORMAT;
        }
    }
}

/* An address that begins so is refused by the server: this host, private (RFC 1918, RFC 6598),
 * loopback, link-local. */
static int check_ipv4(unsigned first, unsigned second)
{
    static const uint16_t blocks[][2] = {{0x0000, 0xff00}, {0x0a00, 0xff00}, {0x7f00, 0xff00},
                                         {0x6440, 0xffc0}, {0xa9fe, 0xffff}, {0xac10, 0xfff0},
                                         {0xc0a8, 0xffff}};
    unsigned net = first << 8 | second;

    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if ((net & blocks[i][1]) == blocks[i][0]) {
            return NANGO_E_FORBIDDEN;
        }
    }
    return first > 255 ? NANGO_E_FORMAT : 0;
}

/* host: in lower case, without its port, which is left to the server. */
static int check_host(const char *host, size_t len)
{
    enum { EACH = 9 }; /* the length of both names */
    unsigned part[2] = {0, 0}, dots = 0;
    size_t n = 0;

    for (; n < len && (is_digit(host[n]) || host[n] == '.'); n++) {
        if (host[n] == '.') {
            dots++;
        } else if (dots < 2) {
            part[dots] = part[dots] * 10 + (unsigned)(host[n] - '0');
        }
    }
    if (n == len) {
        return n == 0 ? NANGO_E_FORMAT : check_ipv4(part[0], part[1]);
    }
    if (len > EACH && host[len - EACH - 1] == '.') { /* these domains, and what is below them */
        host += len - EACH;
        len = EACH;
    }
    return check_value_is(host, len, "nango.dev") || check_value_is(host, len, "localhost")
               ? NANGO_E_FORBIDDEN
               : 0;
}

/* Of a text that was too long to be kept, only what is cut is left to the server. */
static int check_url(char *p, int is_whole)
{
    const char *scheme = "https://", *host, *end = NULL;

    for (; *scheme != '\0'; scheme++) {
        if (*scheme == 's' && *p == ':') {
            continue;
        }
        if (lower(*p++) != *scheme) {
            return NANGO_E_FORMAT;
        }
    }
    for (host = p; *p != '/' && *p != '?' && *p != '#' && *p != '\\'; p++) {
        if (*p == '\0') {
            if (!is_whole) {
                return 0;
            }
            break;
        }
        *p = lower(*p);
        if (*p == '@') { /* it was a user's name and password */
            host = p + 1;
            end = NULL;
        } else if (*p == ':' && end == NULL) {
            end = p;
        }
    }
    if (*host == '[') { /* RFC 4291: of all IPv6 only 2000::/3 is global unicast */
        return p - host > 5 && (host[1] & 0xfe) == '2' && host[5] == ':' ? 0 : NANGO_E_FORBIDDEN;
    }
    return check_host(host, (size_t)((end != NULL ? end : p) - host));
}

/* ---- expires_at ------------------------------------------------------------------------------ */

/* Reads numbers of two digits, the i-th to the last: hundreds of years, years, months, days, hours,
 * minutes, seconds. Returns what is behind, or NULL. */
static const char *read_time(const char *t, unsigned i, unsigned last, uint8_t n[7])
{
    static const uint8_t most[] = {99, 99, 12, 31, 23, 59, 59};
    static const char between[] = {'\0', '-', '-', 'T', ':', ':'};

    for (;; i++) {
        if (!is_digit(t[0]) || !is_digit(t[1])) {
            return NULL;
        }
        n[i] = (uint8_t)((t[0] - '0') * 10 + t[1] - '0');
        t += 2;
        if (n[i] > most[i]) {
            return NULL;
        }
        if (i == last) {
            return t;
        }
        if (between[i] != '\0' && *t++ != between[i]) {
            return NULL;
        }
    }
}

/* ISO 8601, extended format, with seconds and Z or an offset: what JavaScript's Date takes for the
 * same moment everywhere. */
static int is_iso(const char *t)
{
    enum { CENTURY, YEAR, MONTH, DAY, HOUR, MINUTE, SECOND };
    uint8_t n[7];
    int days;

    t = read_time(t, CENTURY, SECOND, n);
    if (t == NULL) {
        return 0;
    }
    days = 30 + ((n[MONTH] ^ n[MONTH] >> 3) & 1);
    if (n[MONTH] == 2) {
        days = 28 + (n[n[YEAR] != 0 ? YEAR : CENTURY] % 4 == 0);
    }
    if (n[MONTH] == 0 || n[DAY] == 0 || n[DAY] > days) {
        return 0;
    }
    if (*t == '.' && is_digit(t[1])) {
        do {
            t++;
        } while (is_digit(*t));
    }
    if (*t == '+' || *t == '-') {
        t = read_time(t + 1, HOUR, MINUTE, n);
        return t != NULL && *t == '\0';
    }
    return t[0] == 'Z' && t[1] == '\0';
}

/* 12 to 15 digits: from 1973 (less are seconds) to the year 33658. */
static int is_epoch_ms(const char *t, size_t len)
{
    while (is_digit(*t)) {
        t++;
    }
    return *t == '\0' && len >= 12 && len <= 15;
}

/* ---- credentials.type, tags ------------------------------------------------------------------ */

/* The one of this name that is built in (NANGO_TYPES); -1: none. */
static int type_of(const char *name, size_t len)
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

void check_value_feed(struct check_value *v, const char *bytes, size_t len)
{
    if (len == 0) { /* bytes may be NULL then */
        return;
    }
    const char *end = bytes + len;
    count(v, bytes, end);
    switch (v->of->kind) {
    case MEMBER_ID: id(v, bytes, end); break;
    case MEMBER_URL:
        if (NANGO_WEBHOOK) {
            url(v, bytes, end);
        }
        /* fall through */
    case MEMBER_TIME:
    case MEMBER_TYPE: keep(v, bytes, end); break;
    case MEMBER_EMAIL:
        if (NANGO_TAGS || NANGO_END_USER) {
            email(v, bytes, end);
        }
        break;
    default: break;
    }
}

int check_value_end(struct check_value *v, int is_number)
{
    unsigned most = request_limits[v->of->limit];
    int type, fits = v->len < CHECK_TEXT_CAP;
    char *text = v->json->key;

    if (v->is_text && v->json->left > 0) {
        return NANGO_E_UTF8;
    }
    if (v->error != 0) {
        return v->error;
    }
    if (v->units < v->of->min) {
        return NANGO_E_TOO_SHORT;
    }
    if (most != 0 && v->units > most) {
        return NANGO_E_TOO_LONG;
    }
    if (v->of->kind >= MEMBER_URL) { /* a tag's text is its key */
        text[fits ? v->len : CHECK_TEXT_CAP - 1] = '\0';
    }
    switch (v->of->kind) {
    case MEMBER_ID: v->odd |= v->units == 0; return 0;
    case MEMBER_EMAIL:
        return (NANGO_TAGS || NANGO_END_USER) && v->state != MANY ? NANGO_E_FORMAT : 0;
    case MEMBER_URL: return NANGO_WEBHOOK && v->units > 0 ? check_url(text, fits) : 0;
    case MEMBER_TIME:
        return fits && (is_number ? is_epoch_ms(text, v->len) : is_iso(text)) ? 0 : NANGO_E_TIME;
    case MEMBER_TYPE:
        type = type_of(text, v->len);
        v->state = (uint8_t)type;
        return type >= 0 ? 0 : NANGO_E_FORMAT;
    default: return 0;
    }
}
