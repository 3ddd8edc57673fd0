/* SPDX-License-Identifier: MIT */
#include "csv.h"

#include "json_read.h"
#include "out.h"

#include <string.h>

static struct columns columns;
static int keep_empty;

/* ---- rows ------------------------------------------------------------------------------------ */

/* The bytes of a row, one after the other. */
struct bytes {
    const struct nango_source *text;
    size_t at, from, len;
    char part[256];
};

/* -1: there are no more. */
static int peek(struct bytes *b)
{
    if (b->at >= b->from + b->len) {
        b->from = b->at;
        b->len = b->text->len - b->at;
        b->len = b->len < sizeof b->part ? b->len : sizeof b->part;
        if (b->len == 0 || out_read(b->text, b->at, b->part, b->len) != 0) {
            b->len = 0;
            return -1;
        }
    }
    return (unsigned char)b->part[b->at - b->from];
}

static int is_end(const struct bytes *b, int c)
{
    return c == -1 || (c == '\r' && b->at == b->text->len - 1);
}

/* One field; its end is the delimiter, or the row's. */
static int read_field(struct bytes *b, char delimiter, size_t *at, size_t *len, uint8_t *quoted)
{
    int c = peek(b);
    *quoted = c == '"';
    b->at += *quoted;
    *at = b->at;
    for (;;) {
        c = peek(b);
        if (*quoted && c == '"') {
            *len = b->at++ - *at;
            c = peek(b);
            if (is_end(b, c) || c == delimiter) {
                return 0;
            }
            if (c != '"') {
                return NANGO_E_FORMAT;
            }
        } else if (!*quoted && (is_end(b, c) || c == delimiter)) {
            *len = b->at - *at;
            return 0;
        } else if (c == -1 || c == '"') {
            return NANGO_E_FORMAT;
        }
        b->at++;
    }
}

int csv_recognise(const struct options *o, struct input *in)
{
    size_t len = strlen(in->name);
    const char *format = o->format, *delimiter = o->delimiter;
    const char *end = len > 4 ? in->name + len - 4 : "";
    int is_tsv = strcmp(end, ".tsv") == 0;
    if (format == NULL) {
        format = is_tsv || strcmp(end, ".csv") == 0 ? "csv" : "jsonl";
    }
    in->is_csv = strcmp(format, "csv") == 0;
    if (!in->is_csv && strcmp(format, "jsonl") != 0) {
        return FAIL(EXIT_USAGE, "--format %s: needs csv or jsonl", format);
    }
    in->delimiter = is_tsv ? '\t' : ',';
    if (delimiter != NULL) {
        in->delimiter = strcmp(delimiter, "tab") == 0 ? '\t' : delimiter[0];
        if ((in->delimiter != '\t' && delimiter[1] != 0) || in->delimiter == 0 ||
            in->delimiter == '"') {
            return FAIL(EXIT_USAGE, "--delimiter %s: needs one character, or the word tab",
                        delimiter);
        }
    }
    if (!in->is_csv && o->columns_len > 0) {
        return FAIL(EXIT_USAGE,
                    "--map and --set are for CSV, and %s is not called .csv: add "
                    "--format csv if it is",
                    in->name);
    }
    return 0;
}

static struct nango_text trim(char *text, size_t len)
{
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    while (len > 0 && *text == ' ') {
        text++, len--;
    }
    return (struct nango_text){text, len};
}

int csv_header(const struct options *o, const struct input *in, const struct input_line *line)
{
    struct bytes b = {.text = &line->source};
    char name[256];
    keep_empty = o->keep_empty;
    columns_begin(&columns);
    for (;;) {
        size_t at, len, to = 0;
        uint8_t quoted;
        if (read_field(&b, in->delimiter, &at, &len, &quoted) != 0 || len >= sizeof name ||
            out_read(&line->source, at, name, len) != 0) {
            return FAIL(EXIT_USAGE, "%s:%u: the header row is broken", in->name, line->number);
        }
        for (size_t i = 0; i < len; i++) {
            name[to++] = name[i];
            i += quoted && name[i] == '"';
        }
        int rc = columns_add(&columns, o, trim(name, to));
        if (rc != 0) {
            return rc;
        }
        if (peek(&b) != in->delimiter) {
            return columns_end(&columns, o);
        }
        b.at++;
    }
}

/* ---- as JSON --------------------------------------------------------------------------------- */

/* The part [off, off + cap) of a text that is written; len is the whole, so far. */
struct part {
    char *buf;
    size_t off, cap, len;
};

static void put(struct part *p, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++, p->len++) {
        if (p->len - p->off < p->cap) { /* before off it is huge */
            p->buf[p->len - p->off] = bytes[i];
        }
    }
}

static void put_in_string(struct part *p, const char *bytes, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        if (c < 0x20) {
            put(p, escape, sizeof escape);
        } else {
            escape[1] = (char)c;
            put(p, escape + !(c == '"' || c == '\\'), c == '"' || c == '\\' ? 2 : 1);
        }
    }
}

/* Hands on a cell's text in pieces, without the doubling of its quotes. */
static int each_piece(const struct csv_row *row, const struct column *c,
                      int (*on)(void *ctx, const char *bytes, size_t len), void *ctx)
{
    if (c->field < 0) {
        return on(ctx, c->value.ptr, c->value.len);
    }
    struct bytes b = {.text = row->text, .at = row->field[c->field].at};
    size_t end = b.at + row->field[c->field].len;
    char piece[128];
    size_t len = 0;
    int rc = 0;
    while (b.at < end && rc == 0) {
        int byte = peek(&b);
        if (byte == -1) {
            return NANGO_E_SOURCE;
        }
        piece[len++] = (char)byte;
        b.at += byte == '"' && row->field[c->field].quoted ? 2 : 1;
        if (len == sizeof piece || b.at >= end) {
            rc = on(ctx, piece, len);
            len = 0;
        }
    }
    memset(piece, 0, sizeof piece);
    memset(b.part, 0, sizeof b.part);
    return rc;
}

static int on_text(void *p, const char *bytes, size_t len)
{
    put_in_string(p, bytes, len);
    return 0;
}

static int on_raw(void *p, const char *bytes, size_t len)
{
    put(p, bytes, len);
    return 0;
}

static int on_digits(void *ctx, const char *bytes, size_t len)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] < '0' || bytes[i] > '9') {
            return 1;
        }
    }
    return 0;
}

static int skip_value(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    (void)ctx, (void)event, (void)bytes, (void)len;
    return JSON_SKIP;
}

static int on_json(void *json, const char *bytes, size_t len)
{
    size_t used;
    return json_feed(json, bytes, len, &used);
}

static int is_empty(const struct csv_row *row, const struct column *c)
{
    return c->field >= 0 && row->field[c->field].len == 0 && !keep_empty;
}

static void put_cell(struct part *p, const struct csv_row *row, const struct column *c)
{
    int bare = c->kind == COLUMN_JSON ||
               (c->kind == COLUMN_TIME && each_piece(row, c, on_digits, NULL) == 0);
    put(p, "\"", !bare);
    each_piece(row, c, bare ? on_raw : on_text, p);
    put(p, "\"", !bare);
}

/* How many names two paths begin with together; the last one of each does not count. */
static unsigned common(const struct column *a, const struct column *b)
{
    unsigned n = 0, most = a->depth < b->depth ? a->depth : b->depth;
    while (n + 1 < most && a->end[n] == b->end[n] && memcmp(a->path, b->path, a->end[n]) == 0) {
        n++;
    }
    return n;
}

static void put_row(struct part *p, const struct csv_row *row)
{
    const struct column *before = NULL;
    put(p, "{", 1);
    for (const struct column *c = columns.list; c < columns.list + columns.len; c++) {
        if (is_empty(row, c)) {
            continue;
        }
        unsigned open = before != NULL ? before->depth - 1u : 0;
        unsigned same = before != NULL ? common(before, c) : 0;
        for (; open > same; open--) {
            put(p, "}", 1);
        }
        put(p, ",", before != NULL);
        for (unsigned i = same; i < c->depth; i++) {
            size_t from = i > 0 ? c->end[i - 1] + 1u : 0;
            put(p, "\"", 1);
            put_in_string(p, c->path + from, c->end[i] - from);
            put(p, "\":{", i + 1u < c->depth ? 3 : 2);
        }
        put_cell(p, row, c);
        before = c;
    }
    for (unsigned open = before != NULL ? before->depth : 1u; open > 0; open--) {
        put(p, "}", 1);
    }
}

/* For nango_source.read_at. */
static int read_at(void *ctx, size_t off, void *buf, size_t len)
{
    struct csv_row *row = ctx;
    char *to = buf;
    while (len > 0) {
        if (off < row->cache_at || off >= row->cache_at + row->cache_len) {
            row->cache_at = off;
            struct part p = {.buf = row->cache, .off = off, .cap = sizeof row->cache};
            put_row(&p, row);
            row->cache_len = p.len < off ? 0 : p.len - off;
            row->cache_len = row->cache_len < p.cap ? row->cache_len : p.cap;
            if (row->cache_len == 0) {
                return -1;
            }
        }
        size_t from = off - row->cache_at, n = row->cache_len - from;
        n = n < len ? n : len;
        memcpy(to, row->cache + from, n);
        to += n;
        off += n;
        len -= n;
    }
    return 0;
}

int csv_read(const struct input *in, struct csv_row *row, struct nango_source *json, size_t *offset,
             const char **member)
{
    struct bytes b = {.text = row->text};
    unsigned n = 0;
    *member = "row";
    row->cache_len = 0;
    for (;; n++, b.at++) {
        size_t at, len;
        uint8_t quoted;
        int rc = read_field(&b, in->delimiter, &at, &len, &quoted);
        *offset = b.at;
        if (rc != 0) {
            return rc;
        }
        if (n < columns.fields) {
            row->field[n].at = at;
            row->field[n].len = len;
            row->field[n].quoted = quoted;
        }
        if (peek(&b) != in->delimiter) {
            break;
        }
    }
    if (n + 1 != columns.fields) {
        return NANGO_E_TOO_MANY;
    }
    for (const struct column *c = columns.list; c < columns.list + columns.len; c++) {
        struct json j;
        json_init(&j, (struct json_sink){skip_value, NULL});
        if (c->kind == COLUMN_JSON && !is_empty(row, c) &&
            (each_piece(row, c, on_json, &j) != 0 || json_finish(&j) != 0)) {
            *member = c->path;
            *offset = c->field < 0 ? 0 : row->field[c->field].at;
            return NANGO_E_JSON_SYNTAX;
        }
    }
    struct part all = {.buf = NULL};
    put_row(&all, row);
    *json = (struct nango_source){.len = all.len, .read_at = read_at, .ctx = row};
    return 0;
}
