/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "check_value.h"
#include "out.h"
#include "result.h"

#include <string.h>

enum {
    LEVELS = 3, /* objects in one another: connection, credentials, config_override */
    MEMBER_STRINGS =
        MEMBER_CREDENTIALS + 1 /* an array of strings; in no struct, so not in request.h */
};

/* An object that is being checked: a struct, or what a { of JSON has opened. */
struct level {
    const struct member *of; /* the member that it is the value of */
    const struct member_table *table;
    const char *base; /* where the struct is */
    uint8_t next;     /* of a struct: the member that comes */
    uint8_t seen;     /* a bit for each member that was there */
};

struct check {
    struct request *rq;
    struct nango_result *r;
    char *scratch;
    size_t scratch_cap;
    struct json *json; /* that is being read */
    size_t from;       /* where its text begins in its source */
    size_t offset;     /* in the source, of the end of the name that came last, or of a { or } */
    int error;
    struct level levels[LEVELS];
    const struct member *at; /* the member that is being checked; NULL: between members */
    uint8_t depth;           /* of levels, how many are open */
    uint8_t named;           /* 1: r->member is the path already */
    uint8_t tags_len;
    uint8_t account;  /* 1: connection_config.accountId was there */
    int8_t type;      /* of the credentials; -1: none, or none that is known */
    int8_t type_read; /* of a raw body: what stood there when its members were checked */
    struct check_value value;
    union {                            /* a tag's value needs no text */
        uint64_t tags[CHECK_TAGS_MAX]; /* a hash of each key */
        char text[CHECK_TEXT_CAP];
    } room;
};

static const struct member document = {"", MEMBER_OBJECT, 0, 1, REQUEST_CONNECTION, 0};
static const struct member type_only = {"type", MEMBER_TYPE, 0, 1, 0, 0};
static const struct member config[] = {{"oauth_scopes_override", MEMBER_STRINGS, 0, 0, 0, 0},
                                       {"accountId", MEMBER_TEXT, 1, 0, 0, 0}};
static const struct member scope = {NULL, MEMBER_TEXT, 0, 0, 0, 0};
static const struct member tag = {NULL, MEMBER_TEXT, 1, 0, 255, 0};
static const struct member tag_email = {NULL, MEMBER_EMAIL, 1, 0, 255, 0};

/* ---- errors ---------------------------------------------------------------------------------- */

/* A part of the path. What is not printable ASCII becomes a question mark: a name that was made up
 * may be anything, and may go to a terminal. */
static size_t name_part(struct nango_result *r, size_t len, const char *name, size_t name_len)
{
    size_t i = 0;

    if (len > 0 && len < sizeof r->member - 1) {
        r->member[len++] = '.';
    }
    for (; i < name_len && i < JSON_KEY_CAP && len < sizeof r->member - 1; i++) {
        r->member[len++] = name[i] > ' ' && name[i] < 0x7f ? name[i] : '?';
    }
    if (i < name_len) {
        r->warnings |= NANGO_WARN_CUT;
    }
    r->member[len] = '\0';
    return len;
}

/* The path of what is being checked; name: of a member that is in no table, or NULL. */
static void name_path(struct check *c, const char *name, size_t len)
{
    size_t at = 0;

    c->r->member[0] = '\0';
    for (unsigned i = 1; i < c->depth; i++) {
        at = name_part(c->r, at, c->levels[i].of->name, strlen(c->levels[i].of->name));
    }
    if (name != NULL) {
        name_part(c->r, at, name, len);
    } else if (c->at != NULL && c->at->name != NULL) {
        name_part(c->r, at, c->at->name, strlen(c->at->name));
    }
}

static int fail_at(struct check *c, int error, const char *name, size_t len)
{
    if (!c->named) {
        name_path(c, name, len);
    }
    c->r->offset = c->offset;
    c->error = error;
    return error;
}

static int fail(struct check *c, int error)
{
    return fail_at(c, error, NULL, 0);
}

/* ---- objects --------------------------------------------------------------------------------- */

/* What may stand in the value of a member; NULL: it is no object. */
static const struct member_table *table_of(const struct check *c, const struct member *m)
{
    static const struct member_table others[] = {
        {NULL, 0}, {config, 1}, {config, 2}, {&type_only, 1}};

    switch (m->kind) {
    case MEMBER_OBJECT: return &request_tables[m->max];
    case MEMBER_CREDENTIALS:
        return c->type < 0 ? &others[3] : &request_tables[REQUEST_CREDENTIALS + c->type];
    case MEMBER_CONFIG: return &others[c->type == NANGO_TBA ? 2 : 1];
    case MEMBER_JSON:
    case MEMBER_TAGS:
    case MEMBER_STRINGS: return &others[0];
    default: return NULL;
    }
}

/* The value of the member c->at begins; base: its struct. */
static int open(struct check *c, const void *base)
{
    const struct member_table *table = table_of(c, c->at);
    struct level *l = &c->levels[c->depth];

    if (table == NULL) {
        return fail(c, NANGO_E_KIND);
    }
    *l = (struct level){.of = c->at, .table = table, .base = base};
    c->depth++;
    c->tags_len = 0;
    return 0;
}

static int close(struct check *c)
{
    enum { REFRESH_TOKEN = 1 << 2, EXPIRES_AT = 1 << 3 }; /* in the table of OAUTH2 */
    const struct level *l = &c->levels[c->depth - 1];

    for (unsigned i = 0; i < l->table->len; i++) {
        if (l->table->list[i].required && !(l->seen >> i & 1)) {
            c->at = &l->table->list[i];
            return fail(c, NANGO_E_MISSING);
        }
    }
    if (l->table == &request_tables[REQUEST_CREDENTIALS + NANGO_OAUTH2] &&
        (l->seen & (REFRESH_TOKEN | EXPIRES_AT)) == REFRESH_TOKEN) {
        c->r->warnings |= NANGO_WARN_EXPIRY;
    }
    c->depth--;
    c->at = NULL;
    return 0;
}

static void begin(struct check *c, const struct member *m)
{
    c->at = m;
    check_value_begin(&c->value, m, c->room.text);
}

/* The value of c->at has ended. */
static int end(struct check *c, int is_number)
{
    int rc = check_value_end(&c->value, is_number);

    if (rc == 0 && c->value.odd) {
        c->r->warnings |= NANGO_WARN_ID;
    }
    return rc;
}

/* The next tag begins. Keys that are equal in lower case have equal hashes. Two others have not but
 * by a chance of 1 in 2^64: 10 names of 64 bytes would be too much to keep. */
static int begin_tag(struct check *c, const char *key, size_t len)
{
    const uint64_t end_user_email = 0x0d252e093945280b; /* the hash of this key */
    uint64_t hash;
    int rc = check_value_tag_key(key, len, &hash);

    if (rc != 0) {
        return fail_at(c, rc, key, len);
    }
    for (unsigned i = 0; i < c->tags_len; i++) {
        if (c->room.tags[i] == hash) {
            return fail_at(c, NANGO_E_TWICE, key, len);
        }
    }
    if (c->tags_len == CHECK_TAGS_MAX) {
        return fail(c, NANGO_E_TOO_MANY);
    }
    c->room.tags[c->tags_len++] = hash;
    begin(c, hash == end_user_email ? &tag_email : &tag);
    return 0;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* \u0000 and lone surrogates are refused anywhere: Nango's database cannot hold them. */
static int check_seen(struct check *c)
{
    unsigned seen = c->json->seen;

    return seen == 0 ? 0 : fail(c, seen & JSON_SEEN_NUL ? NANGO_E_CONTROL : NANGO_E_SURROGATE);
}

static int is(const char *name, size_t len, const char *known)
{
    return strlen(known) == len && memcmp(name, known, len) == 0;
}

static int on_key(struct check *c, const char *name, size_t len)
{
    struct level *l = &c->levels[c->depth - 1];

    c->at = NULL;
    c->named = 0;
    c->offset = c->from + c->json->offset;
    c->rq->body_members |= c->depth == 1;
    if (l->of->kind == MEMBER_TAGS) {
        int rc = begin_tag(c, name, len);
        if (rc == 0) {
            name_path(c, name, len); /* while it can be seen */
            c->named = 1;
        }
        return rc != 0 ? rc : JSON_TAKE;
    }
    for (unsigned i = 0; i < l->table->len; i++) {
        const struct member *m = &l->table->list[i];
        if (is(name, len, m->name)) {
            begin(c, m);
            if (l->seen >> i & 1) {
                return fail(c, NANGO_E_TWICE);
            }
            l->seen = (uint8_t)(l->seen | 1u << i);
            c->account |= m == &config[1];
            c->rq->body_has_id |= m->kind == MEMBER_ID;
            return JSON_TAKE;
        }
    }
    if (l->of->kind == MEMBER_OBJECT || (l->of->kind == MEMBER_CREDENTIALS && c->type >= 0)) {
        return fail_at(c, NANGO_E_UNKNOWN, name, len);
    }
    if (is(name, len, "__proto__")) {
        return fail_at(c, NANGO_E_FORBIDDEN, name, len);
    }
    return check_seen(c) < 0 ? c->error : JSON_SKIP;
}

static int on_open(struct check *c, enum json_event event)
{
    int is_array = event == JSON_ARRAY;

    if (is_array != (c->at->kind == MEMBER_STRINGS)) {
        return fail(c, NANGO_E_KIND);
    }
    if (open(c, NULL) != 0) {
        return c->error;
    }
    if (is_array) {
        begin(c, &scope);
    }
    return JSON_TAKE;
}

static int on_end(struct check *c)
{
    int is_credentials = c->levels[c->depth - 1].of->kind == MEMBER_CREDENTIALS;

    c->at = NULL;
    c->offset = c->from + c->json->offset;
    if (check_seen(c) != 0 || close(c) != 0) {
        return c->error;
    }
    return is_credentials && c->type_read != c->type ? fail(c, NANGO_E_SOURCE_CHANGED) : 0;
}

static int on_scalar(struct check *c, enum json_event event)
{
    int is_number = event == JSON_NUMBER, rc;

    if (c->at->kind > MEMBER_TYPE ||
        (event != JSON_STRING && !(is_number && c->at->kind == MEMBER_TIME))) {
        return fail(c, NANGO_E_KIND);
    }
    if (check_seen(c) != 0) {
        return c->error;
    }
    rc = end(c, is_number);
    if (rc != 0) {
        return fail(c, rc);
    }
    if (c->at == &scope) {
        begin(c, &scope);
        return 0;
    }
    if (c->at->kind == MEMBER_TYPE) {
        c->type_read = (int8_t)check_value_type(c->room.text, c->value.len);
    }
    c->at = NULL;
    c->named = 0;
    return 0;
}

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct check *c = ctx;

    switch (event) {
    case JSON_KEY: return on_key(c, bytes, len);
    case JSON_OBJECT:
    case JSON_ARRAY: return on_open(c, event);
    case JSON_END: return on_end(c);
    case JSON_TEXT: check_value_feed(&c->value, bytes, len); return 0;
    default: check_value_feed(&c->value, bytes, len); return on_scalar(c, event);
    }
}

/* Reads a source on from `from`, in pieces where it is not in memory. */
static int read(struct check *c, struct json *j, const struct nango_source *source, size_t from)
{
    size_t len, used;
    int rc = 0;

    for (; from < source->len && rc == 0; from += len) {
        const char *bytes = c->scratch;
        len = source->len - from;
        if (source->read_at == NULL) {
            bytes = (const char *)source->mem + from;
        } else {
            len = len < c->scratch_cap ? len : c->scratch_cap;
            c->r->cause = out_read(source, from, c->scratch, len);
            if (c->r->cause != 0) {
                return NANGO_E_SOURCE;
            }
        }
        c->rq->sum = out_sum(c->rq->sum, bytes, len);
        rc = json_feed(j, bytes, len, &used);
    }
    return rc != 0 ? rc : json_finish(j);
}

static int check_json(struct check *c, const struct nango_source *source, size_t from,
                      const char *before)
{
    struct json j;
    size_t used;

    json_init(&j, (struct json_sink){on, c});
    begin(c, c->at);
    c->json = &j;
    c->from = from - strlen(before);
    c->offset = c->from;
    json_feed(&j, before, strlen(before), &used);
    int rc = read(c, &j, source, from);
    if (rc != 0 && c->error == 0) {
        c->offset = c->from + j.offset;
        fail(c, rc);
    }
    c->offset = 0;
    return c->error;
}

/* ---- a raw body ------------------------------------------------------------------------------ */

#if NANGO_BODY
static int is_alone(const struct nango_connection *connection)
{
    const struct member_table *table = &request_tables[REQUEST_CONNECTION];

    for (unsigned i = 0; i < table->len; i++) {
        if (table->list[i].kind != MEMBER_CREDENTIALS && request_has(&table->list[i], connection)) {
            return 0;
        }
    }
    /* Of all types but NONE the first member is a required text. */
    return connection->credentials.type == NANGO_OAUTH2 &&
           connection->credentials.oauth2.access_token.ptr == NULL;
}

static int look(struct check *c, size_t at, char *bytes, size_t len)
{
    c->r->cause = out_read(&c->rq->connection->body, at, bytes, len);
    return c->r->cause != 0 ? NANGO_E_SOURCE : 0;
}

/* The server's JSON parser skips a byte order mark. *at: of the document's first byte. */
static int skip_space(struct check *c, size_t *at, char *first)
{
    char mark[3];
    size_t len = c->rq->connection->body.len;
    int rc = len < sizeof mark ? 0 : look(c, 0, mark, sizeof mark);

    *first = '\0';
    *at = rc == 0 && len >= sizeof mark && memcmp(mark, "\xef\xbb\xbf", sizeof mark) == 0 ? 3 : 0;
    for (; rc == 0 && *at < len; ++*at) {
        rc = look(c, *at, first, 1);
        if (memchr(" \t\r\n", *first, 4) == NULL) {
            break;
        }
    }
    return rc;
}

static int pick(struct check *c, size_t at, struct nango_field *fields, size_t fields_len)
{
    struct result_pick p;
    struct json j;

    json_init(&j, result_pick_init(&p, fields, fields_len));
    return read(c, &j, &c->rq->connection->body, at);
}

/* What the members of credentials have to be depends on the type, which may come behind them. Where
 * the JSON is wrong, the second reading finds it too, and knows the member. */
static int pick_type(struct check *c, size_t at)
{
    char type[16];
    struct nango_field field = {.name = "credentials.type", .buf = type, .cap = sizeof type};
    int rc = pick(c, at, &field, 1);

    c->type = (int8_t)(field.kind == NANGO_STRING ? check_value_type(type, field.len) : -1);
    return rc == NANGO_E_SOURCE ? fail(c, rc) : 0;
}

static int check_body(struct check *c, struct nango_field *fields, size_t fields_len)
{
    const struct nango_source *body = &c->rq->connection->body;
    size_t at;
    char first;
    int picked = 0, rc = is_alone(c->rq->connection) ? 0 : NANGO_E_UNKNOWN;

    if (rc != 0) {
        return fail_at(c, rc, "body", 4);
    }
    rc = skip_space(c, &at, &first);
    if (rc != 0) {
        return fail(c, rc);
    }
    if (fields_len > 0) {
        picked = pick(c, at, fields, fields_len);
    }
    if (pick_type(c, at) != 0) {
        return c->error;
    }
    c->rq->sum = OUT_SUM_START;
    c->rq->connection_id.ptr = NULL;
    c->rq->body_at = at + 1;
    rc = first == '{' ? check_json(c, body, at + 1, "{") : check_json(c, body, at, "");
    if (rc == 0 && picked != 0) {
        rc = fail(c, picked == NANGO_E_ANSWER ? NANGO_E_TWICE : picked);
    }
    return rc;
}
#endif

/* ---- a struct -------------------------------------------------------------------------------- */

static int check_text(struct check *c, const struct nango_text *text)
{
    if (text->len > 0) {
        check_value_feed(&c->value, text->ptr, text->len);
    }
    return c->value.wide && !check_value_is_utf8(text->ptr, text->len) ? NANGO_E_UTF8 : end(c, 0);
}

static int check_time(struct check *c, const struct nango_time *time)
{
    if (time->iso.ptr == NULL) {
        return check_value_is_epoch_ms(time->epoch_ms) ? 0 : NANGO_E_TIME;
    }
    return time->epoch_ms == 0 ? check_text(c, &time->iso) : NANGO_E_TIME;
}

static int check_tags(struct check *c, const struct nango_tags *tags)
{
    open(c, NULL);
    c->at = NULL;
    for (const struct nango_tag *t = tags->list; t != tags->list + tags->len; t++) {
        if (begin_tag(c, t->key.ptr, t->key.len) != 0) {
            return c->error;
        }
        int rc = check_text(c, &t->value);
        if (rc != 0) {
            return fail_at(c, rc, t->key.ptr, t->key.len);
        }
    }
    return close(c);
}

static int check_member(struct check *c, const struct member *m, const char *base)
{
    const void *at = base + m->offset;
    int rc;

    begin(c, m);
    switch (m->kind) {
    case MEMBER_OBJECT:
    case MEMBER_CREDENTIALS: return open(c, at);
    case MEMBER_TAGS: return check_tags(c, at);
    case MEMBER_JSON:
    case MEMBER_CONFIG: return check_json(c, at, 0, "");
    case MEMBER_TYPE: rc = c->type < 0 ? NANGO_E_FORMAT : 0; break;
    case MEMBER_TIME: rc = check_time(c, at); break;
    default: rc = check_text(c, at);
    }
    return rc != 0 ? fail(c, rc) : 0;
}

static int check_struct(struct check *c)
{
    const struct nango_connection *connection = c->rq->connection;
    unsigned type = (unsigned)connection->credentials.type;

    if (type < NANGO_TYPES_LEN && request_tables[REQUEST_CREDENTIALS + type].len > 0) {
        c->type = (int8_t)type;
    }
    open(c, connection);
    while (c->error == 0 && c->depth > 0) {
        struct level *l = &c->levels[c->depth - 1];
        if (l->next == l->table->len) {
            close(c);
            continue;
        }
        const struct member *m = &l->table->list[l->next];
        if (request_has(m, l->base)) {
            l->seen = (uint8_t)(l->seen | 1u << l->next);
            check_member(c, m, l->base);
        }
        l->next++;
    }
    return c->error;
}

/* ---------------------------------------------------------------------------------------------- */

static int check(struct request *rq, struct nango_result *r, char *scratch, size_t scratch_cap,
                 struct nango_field *fields, size_t fields_len)
{
    const struct nango_source *body = &rq->connection->body;
    struct check c;

    memset(&c, 0, offsetof(struct check, value));
    c.rq = rq;
    c.r = r;
    c.scratch = scratch;
    c.scratch_cap = scratch_cap;
    c.type = c.type_read = -1;
    c.at = &document;
    rq->connection_id = rq->connection->connection_id;
    rq->sum = OUT_SUM_START;
    if (body->mem == NULL && body->read_at == NULL) {
        check_struct(&c);
    } else {
#if NANGO_BODY
        check_body(&c, fields, fields_len);
#else
        (void)fields;
        (void)fields_len;
        fail_at(&c, NANGO_E_UNKNOWN, "body", 4);
#endif
    }
    if ((NANGO_TYPES >> NANGO_TBA & 1) && c.error == 0 && c.type == NANGO_TBA && !c.account) {
        fail_at(&c, NANGO_E_MISSING, "connection_config.accountId", 27);
    }
    return c.error;
}

int check_connection(struct request *rq, struct nango_result *r, void *scratch, size_t scratch_cap)
{
    return check(rq, r, scratch, scratch_cap, NULL, 0);
}

int nango_check(const struct nango_connection *connection, struct nango_field *fields,
                size_t fields_len, struct nango_result *result)
{
    struct request rq = {.connection = connection};
    struct result_pick none;

    memset(result, 0, sizeof *result);
    result_pick_init(&none, fields, fields_len);
    /* The room for an answer's message is free, and saves the stack a buffer. */
    result->error = check(&rq, result, result->message, sizeof result->message, fields, fields_len);
    memset(result->message, 0, sizeof result->message);
    result->connection_id = rq.connection_id;
    if (result->error != 0) {
        result->outcome = result->error == NANGO_E_SOURCE ? NANGO_NOT_SENT : NANGO_REFUSED;
    }
    return result->error;
}
