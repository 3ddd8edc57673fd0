/* SPDX-License-Identifier: MIT */
#include "check_both.h"

#include "json_read.h"
#include "out.h"
#include "unit.h"

#include <string.h>

const struct nango_connection check_least = {
    .provider_config_key = {"github", 6},
    .connection_id = {"device-42", 9},
    .credentials = {.type = NANGO_NONE},
};

static int read_piece(void *ctx, size_t off, void *buf, size_t len)
{
    struct pieces *p = ctx;
    p->calls++;
    if (p->calls == p->fail_at) {
        return -7;
    }
    memcpy(buf, p->bytes + off, len);
    if (p->change_at != 0 && p->calls >= p->change_at && p->change - off < len) {
        ((char *)buf)[p->change - off] = 'X';
    }
    return 0;
}

struct nango_source pieces_source(struct pieces *p, const char *bytes, size_t len)
{
    *p = (struct pieces){.bytes = bytes};
    return (struct nango_source){.len = len, .read_at = read_piece, .ctx = p};
}

static void settle(const struct nango_result *r, int rc, int error, const char *member)
{
    static const char zero[JSON_KEY_CAP];
    const struct json *j = (const struct json *)(const void *)r->room;
    CHECK_INT(rc, error);
    CHECK_MEM(r->member, strlen(r->member), member, strlen(member));
    CHECK_INT(r->message[0], '\0');
    CHECK_MEM(j->key, sizeof j->key, zero, sizeof zero); /* nothing of the input stays */
}

void check_as_struct(const struct nango_connection *connection, int error, const char *member,
                     unsigned warnings)
{
    struct nango_result r = {0};
    struct request rq = {.connection = connection};
    char scratch[7];
    settle(&r, check_connection(&rq, &r, scratch, sizeof scratch), error, member);
    CHECK_INT(r.warnings, warnings);
    if (error == 0) {
        CHECK(rq.connection_id.ptr == connection->connection_id.ptr);
        CHECK_INT(rq.has_id, connection->connection_id.ptr != NULL);
        CHECK_INT(r.offset, 0);
    }
}

/* What it takes is known when it has been checked. */
static void check_length(const struct nango_connection *connection, size_t len)
{
    struct nango_result r = {0};
    struct request rq = {.connection = connection};
    char scratch[7];
    CHECK_INT(check_connection(&rq, &r, scratch, sizeof scratch), 0);
    CHECK_INT(rq.body_len, len);
}

/* Where the { of a body is, so far as it is right. */
static size_t behind_brace(const char *body, size_t len)
{
    const char *brace = memchr(body, '{', len);
    return brace != NULL ? (size_t)(brace - body) + 1 : 0;
}

static void check_source(struct nango_source body, const char *text, char *scratch, size_t cap,
                         int error, const char *member, size_t offset, unsigned warnings)
{
    struct nango_connection c = {.body = body};
    struct nango_result r = {0};
    struct request rq = {.connection = &c};
    settle(&r, check_connection(&rq, &r, scratch, cap), error, member);
    if (offset != SIZE_MAX) {
        CHECK_INT(r.offset, offset);
    }
    CHECK_INT(r.warnings, warnings);
    if (error == 0) {
        size_t at = behind_brace(text, body.len);
        CHECK_INT(rq.body_at, at);
        CHECK_INT(rq.sum, out_sum(OUT_SUM_START, text + at, body.len - at));
        CHECK(rq.connection_id.ptr == NULL);
        char made[] = "12345678-1234-4234-8234-123456789012";
        rq.connection_id = (struct nango_text){rq.has_id ? NULL : made, sizeof made - 1};
        struct window w = {.buf = NULL};
        request_import_body(&w, &rq);
        CHECK_INT(rq.body_len, w.len);
    }
}

void check_as_body(const char *body, size_t len, int error, const char *member, size_t offset,
                   unsigned warnings)
{
    static const size_t caps[] = {1, 64, 1000};
    struct pieces p;
    size_t many = len < 1000 ? 64 : 3;
    const char *text = unit_guard(UNIT_A, body, len);
    struct nango_source source = {.len = len, .mem = text};
    check_source(source, text, NULL, 0, error, member, offset, warnings);
    source = pieces_source(&p, text, len);
    for (size_t i = 0; i < many; i++) {
        size_t cap = many == 64 ? i + 1 : caps[i];
        check_source(source, text, unit_room(UNIT_B, cap), cap, error, member, offset, warnings);
    }
}

/* Where the name ends that stands last in the text; SIZE_MAX: nowhere. */
static size_t place_of(const char *json, size_t len, const char *member)
{
    const char *name = strrchr(member, '.') != NULL ? strrchr(member, '.') + 1 : member;
    size_t name_len = strlen(name);
    for (size_t i = len - name_len - 2; i > 0; i--) {
        if (json[i - 1] == '"' && memcmp(json + i, name, name_len) == 0 &&
            memcmp(json + i + name_len, "\":", 2) == 0) {
            return i + name_len;
        }
    }
    return SIZE_MAX;
}

void check_both(const struct nango_connection *connection, int error, const char *member,
                unsigned warnings)
{
    static char json[400000];
    struct request rq = {.connection = connection, .connection_id = connection->connection_id};
    struct window w = {.buf = json, .cap = sizeof json};
    check_as_struct(connection, error, member, warnings);
    request_import_body(&w, &rq);
    if (!CHECK(w.len <= sizeof json && w.error == 0)) {
        return;
    }
    if (error == 0) {
        check_length(connection, w.len);
    }
    size_t at = 0;
    if (error == NANGO_E_MISSING || error == NANGO_E_TOO_MANY) {
        at = SIZE_MAX; /* behind the object; at one too many */
    } else if (error != 0) {
        at = place_of(json, w.len, member);
    }
    check_as_body(json, w.len, error, member, at, warnings);
}
