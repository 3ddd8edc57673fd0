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
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* ---- any text -------------------------------------------------------------------------------- */

void check_value_begin(struct check_value *v, const struct member *rules, char *text)
{
    memset(v, 0, sizeof *v);
    v->rules = rules;
    v->text = text;
}

/* The first error is the value's. */
static void refuse(struct check_value *v, int error)
{
    if (v->error == 0) {
        v->error = error;
    }
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
static void count(struct check_value *v, const char *p, const char *end)
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
            refuse(v, NANGO_E_CONTROL);
        }
        v->wide = 1;
        v->units += (c & 0xc0) != 0x80;
        v->units += c >= 0xf0 && v->rules->kind != MEMBER_ID;
    }
}

int check_value_is_utf8(const char *bytes, size_t len)
{
    static const uint32_t least[] = {UINT32_MAX, 0x80, 0x800, 0x10000};
    size_t i = 0;

    while (i < len) {
        uint32_t code = (unsigned char)bytes[i++];
        if (code < 0x80) {
            continue;
        }
        unsigned more = 0u + (code >= 0xc0) + (code >= 0xe0) + (code >= 0xf0);
        code &= 0x3fu >> more;
        for (unsigned k = 0; k < more; k++) {
            if (i == len || ((unsigned char)bytes[i] & 0xc0) != 0x80) {
                return 0;
            }
            code = code << 6 | ((unsigned char)bytes[i++] & 0x3fu);
        }
        if (code < least[more] || code >> 11 == 0xd800 >> 11 || code > 0x10ffff) {
            return 0;
        }
    }
    return 1;
}

/* ---- connection_id --------------------------------------------------------------------------- */

/* Unicode's control characters are those below 0x20, DEL and, in UTF-8, C2 80 to C2 9F. */
static void id(struct check_value *v, char byte)
{
    /* [a-zA-Z0-9,.;:=+~[\]|@${}"'\/_ -], a bit for each of 0x20 to 0x7f */
    static const uint32_t readable[] = {0x2ffff895, 0xbfffffff, 0x7ffffffe};
    unsigned c = (unsigned char)byte;

    if (c < 0x20 || c == 0x7f || (v->state == 0xc2 && c < 0xa0)) {
        refuse(v, NANGO_E_CONTROL);
    } else if (c >= 0x80 || !(readable[c / 32 - 1] >> c % 32 & 1)) {
        v->odd = 1;
    }
    v->state = (uint8_t)c;
}

/* ---- e-mail ---------------------------------------------------------------------------------- */

/* The rule of zod 4, which the server applies:
 * ^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$ */
enum { START, DOT, QUOTE, LOCAL, DOMAIN, DOTTED };

static void email(struct check_value *v, char c)
{
    int word = is_letter(c) || is_digit(c), fits;

    if (v->state < DOMAIN) {
        fits = word || c == '_' || c == '+' || c == '-' || c == '\'' ||
               (c == '.' && v->state > DOT) || (c == '@' && v->state == LOCAL);
        v->state = c == '.' ? DOT : c == '\'' ? QUOTE : c == '@' ? DOMAIN : LOCAL;
        v->alpha = 1;
    } else if (c == '.') {
        fits = v->label > 0;
        v->state = DOTTED;
        v->label = 0;
        v->alpha = 1;
    } else {
        fits = word || (c == '-' && v->label > 0);
        v->label = (uint8_t)(v->label + (v->label < 2));
        v->alpha &= is_letter(c) != 0;
    }
    if (!fits) {
        refuse(v, NANGO_E_FORMAT);
    }
}

static int is_email(const struct check_value *v)
{
    return v->state == DOTTED && v->label == 2 && v->alpha;
}

/* ---- webhook_url_override -------------------------------------------------------------------- */

static int number(const char **p, const char *end, int most)
{
    int n = 0;
    const char *from = *p;

    while (*p != end && is_digit(**p) && n <= most) {
        n = n * 10 + *(*p)++ - '0';
    }
    return *p == from || n > most ? -1 : n;
}

/* A host whose last label begins with a digit is an IPv4 address (no top-level domain does), and
 * has to be written in full. Refused as the server does: this host, private (RFC 1918, RFC 6598),
 * loopback, link-local. */
static int ipv4(const char *p, const char *end)
{
    static const uint16_t blocks[][2] = {{0x0000, 0xff00}, {0x0a00, 0xff00}, {0x7f00, 0xff00},
                                         {0x6440, 0xffc0}, {0xa9fe, 0xffff}, {0xac10, 0xfff0},
                                         {0xc0a8, 0xffff}};
    unsigned net = 0;

    for (int i = 0; i < 4; i++) {
        int n = number(&p, end, 255);
        if (n < 0 || (i < 3 ? p == end || *p++ != '.' : p != end)) {
            return NANGO_E_FORMAT;
        }
        net = i < 2 ? net << 8 | (unsigned)n : net;
    }
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if ((net & blocks[i][1]) == blocks[i][0]) {
            return NANGO_E_FORBIDDEN;
        }
    }
    return 0;
}

static unsigned group(const char **p)
{
    unsigned n = 0;

    for (; is_digit(**p) || is_letter(**p); ++*p) {
        n = n << 4 | (unsigned)(is_digit(**p) ? **p - '0' : **p - 'a' + 10);
    }
    return n;
}

/* RFC 4291: of all IPv6 only 2000::/3 is global unicast; of that, 6to4 (2002::/16) and Teredo
 * (2001::/32) hold an IPv4 address. */
static int ipv6(const char *p, const char *end)
{
    p++;
    if (strspn(p, "0123456789abcdef:.") != (size_t)(end - p) - 1 || end[-1] != ']') {
        return NANGO_E_FORMAT;
    }
    unsigned first = group(&p), second;
    p += *p == ':';
    second = group(&p);
    return first >> 13 != 1 || first == 0x2002 || (first == 0x2001 && second == 0)
               ? NANGO_E_FORBIDDEN
               : 0;
}

/* Is it this domain, or one below it? */
static int is_in(const char *host, size_t len, const char *domain)
{
    size_t domain_len = strlen(domain);

    return len >= domain_len && memcmp(host + len - domain_len, domain, domain_len) == 0 &&
           (len == domain_len || host[len - domain_len - 1] == '.');
}

/* text: host and port, in lower case. */
static int host(const char *text, size_t len)
{
    static const char domains[][26] = {"nango.dev", "localhost", "metadata.google.internal"};
    const char *end = text + len, *p = end;

    while (p != text && is_digit(p[-1])) {
        p--;
    }
    if (p != text && p[-1] == ':') {
        const char *port = p;
        if (p != end && (number(&port, end, 65535) < 0 || port != end)) {
            return NANGO_E_FORMAT;
        }
        end = p - 1;
    }
    while (end != text && end[-1] == '.') {
        end--;
    }
    if (end == text) {
        return NANGO_E_FORMAT;
    }
    if (*text == '[') {
        return ipv6(text, end);
    }
    for (p = text; p != end; p++) {
        if (strchr(":<>[]^|%", *p) != NULL) {
            return NANGO_E_FORMAT;
        }
    }
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
        if (is_in(text, (size_t)(end - text), domains[i])) {
            return NANGO_E_FORBIDDEN;
        }
    }
    for (p = end; p != text && p[-1] != '.'; p--) {
    }
    return is_digit(*p) ? ipv4(text, end) : 0;
}

enum { SCHEME, HOST, REST };

/* Of the URL its host is kept, or as much of its end as there is room for. The rest of it may be any
 * characters but those that RFC 3986 lets no URL have. */
static void url(struct check_value *v, char c)
{
    if ((unsigned char)c <= ' ' || c == 0x7f) {
        refuse(v, NANGO_E_FORMAT);
    }
    if (v->state == HOST && (c == '/' || c == '?' || c == '#' || c == '\\')) {
        v->state = REST;
    }
    if (v->state == REST) {
        return;
    }
    if (v->len == CHECK_TEXT_CAP - 1) {
        memmove(v->text, v->text + 1, --v->len);
    }
    v->text[v->len++] = lower(c);
    v->text[v->len] = '\0';
    if (v->state == HOST && c == '@') {
        v->len = 0; /* it was a user's name and password */
    } else if (c == '/' && (strcmp(v->text, "http://") == 0 || strcmp(v->text, "https://") == 0)) {
        v->len = 0;
        v->state = HOST;
    }
}

/* ---- expires_at ------------------------------------------------------------------------------ */

/* Does the text begin so? 0 stands for any digit. */
static int is_like(const char *text, const char *form)
{
    for (; *form != '\0'; text++, form++) {
        if (*form == '0' ? !is_digit(*text) : *text != *form) {
            return 0;
        }
    }
    return 1;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

static int days(int year, int month)
{
    if (month == 2) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    }
    return 30 + ((month ^ month >> 3) & 1);
}

/* ISO 8601, extended format, with seconds and Z or an offset: what JavaScript's Date takes for the
 * same moment everywhere. */
static int is_iso(const char *t)
{
    if (!is_like(t, "0000-00-00T00:00:00")) {
        return 0;
    }
    int month = two(t + 5), day = two(t + 8);
    if (month < 1 || month > 12 || day < 1 || day > days(two(t) * 100 + two(t + 2), month) ||
        two(t + 11) > 23 || two(t + 14) > 59 || two(t + 17) > 59) {
        return 0;
    }
    t += 19;
    if (is_like(t, ".0")) {
        do {
            t++;
        } while (is_digit(*t));
    }
    if (*t == 'Z') {
        return t[1] == '\0';
    }
    return (*t == '+' || *t == '-') && is_like(t + 1, "00:00") && two(t + 1) < 24 &&
           two(t + 4) < 60 && t[6] == '\0';
}

int check_value_is_epoch_ms(uint64_t ms)
{
    return ms >= 100000000000 && ms <= 8640000000000000;
}

static int is_epoch_ms(const char *t, size_t len)
{
    uint64_t ms = 0;

    for (; is_digit(*t) && len < 17; t++) {
        ms = ms * 10 + (uint64_t)(*t - '0');
    }
    return *t == '\0' && check_value_is_epoch_ms(ms);
}

/* ---- credentials.type, tags ------------------------------------------------------------------ */

int check_value_type(const char *name, size_t len)
{
    for (int t = 0; t < NANGO_TYPES_LEN; t++) {
        if (request_tables[REQUEST_CREDENTIALS + t].len > 0 && strlen(request_types[t]) == len &&
            memcmp(request_types[t], name, len) == 0) {
            return t;
        }
    }
    return -1;
}

int check_value_tag_key(const char *key, size_t len, uint64_t *hash)
{
    if (len == 0) {
        return NANGO_E_TOO_SHORT;
    }
    if (len > CHECK_TAG_KEY_MAX) {
        return NANGO_E_TOO_LONG;
    }
    *hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < len; i++) {
        char c = key[i];
        if (!is_letter(c) && (i == 0 || (!is_digit(c) && c != '_' && (c < '-' || c > '/')))) {
            return NANGO_E_FORMAT;
        }
        *hash = (*hash ^ (uint64_t)lower(c)) * 1099511628211u;
    }
    return 0;
}

/* ---- from begin to end ----------------------------------------------------------------------- */

static void keep(struct check_value *v, const char *bytes, size_t len)
{
    if (v->len + len < CHECK_TEXT_CAP) {
        memcpy(v->text + v->len, bytes, len);
        v->len = (uint8_t)(v->len + len);
        v->text[v->len] = '\0';
    } else {
        v->len = CHECK_TEXT_CAP;
    }
}

void check_value_feed(struct check_value *v, const char *bytes, size_t len)
{
    const char *end = bytes + len;

    count(v, bytes, end);
    switch (v->rules->kind) {
    case MEMBER_ID:
        while (bytes != end) {
            id(v, *bytes++);
        }
        break;
    case MEMBER_EMAIL:
        while (bytes != end) {
            email(v, *bytes++);
        }
        break;
    case MEMBER_URL:
        while (bytes != end) {
            url(v, *bytes++);
        }
        break;
    case MEMBER_TIME:
    case MEMBER_TYPE: keep(v, bytes, len); break;
    default: break;
    }
}

int check_value_end(struct check_value *v, int is_number)
{
    if (v->error != 0) {
        return v->error;
    }
    if (v->units < v->rules->min) {
        return NANGO_E_TOO_SHORT;
    }
    if (v->rules->max != 0 && v->units > v->rules->max) {
        return NANGO_E_TOO_LONG;
    }
    switch (v->rules->kind) {
    case MEMBER_ID: v->odd |= v->units == 0; return 0;
    case MEMBER_EMAIL: return is_email(v) ? 0 : NANGO_E_FORMAT;
    case MEMBER_URL:
        return v->state != SCHEME ? host(v->text, v->len) : v->units != 0 ? NANGO_E_FORMAT : 0;
    case MEMBER_TIME:
        return v->len > 0 && v->len < CHECK_TEXT_CAP &&
                       (is_number ? is_epoch_ms(v->text, v->len) : is_iso(v->text))
                   ? 0
                   : NANGO_E_TIME;
    case MEMBER_TYPE: return check_value_type(v->text, v->len) >= 0 ? 0 : NANGO_E_FORMAT;
    default: return 0;
    }
}
