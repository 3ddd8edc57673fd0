/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "check_value.h"
#include "out.h"
#include "result.h"

#include <string.h>

enum {
    LEVELS = 3, /* of objects in one another: connection, credentials, config_override */
    TAGS_MAX = 10,
    HASH_LEN = 7,
    MEMBER_STRINGS =
        MEMBER_CREDENTIALS + 1 /* an array of strings: in no struct, so not in request.h */
};

/* An object that is being checked: a struct, or what a { of JSON has opened. */
struct level {
    const struct member *of; /* the member that it is the value of */
    const struct member *list;
    uint8_t len;
    uint8_t next; /* of a struct: the member that comes */
    uint8_t seen; /* a bit for each member that was there */
};

/* The room of a result, which is free before there is an answer, saves the stack the larger things:
 * r->room holds the reader of JSON, whose `key` is free but while it reads a name, and holds the
 * value's text; r->member holds HASH_LEN bytes of the hash of each tag's key. */
struct check {
    struct request *rq;
    struct nango_result *r;
    struct json *json;
    char *scratch;
    size_t scratch_cap;
    const struct nango_source *source; /* of the JSON that is read */
    size_t from;                       /* where in it the text of json begins */
    const char *base;                  /* of the struct of the innermost level */
    const struct member *at;           /* the member that is being checked; NULL: none */
    struct nango_text name;            /* its name, if it is in no table */
    struct level levels[LEVELS];
    uint8_t depth; /* of levels, how many are open */
    uint8_t tags_len;
    uint8_t account; /* 1: connection_config.accountId was there */
    int8_t type;     /* of the credentials; -1: none that is known */
    int error;       /* the first, which ends the check */
    struct check_value value;
};

_Static_assert(sizeof(struct json) <= sizeof(((struct nango_result *)0)->room),
               "NANGO_RESULT_WORDS is too small");
_Static_assert(TAGS_MAX *HASH_LEN <= NANGO_MEMBER_CAP, "NANGO_MEMBER_CAP is too small");
_Static_assert(CHECK_TEXT_CAP <= JSON_KEY_CAP, "a value's text is kept in json.key");

static const struct member document = {"", MEMBER_OBJECT, 0, 1, REQUEST_CONNECTION, 0};
static const struct member own[] = {{"oauth_scopes_override", MEMBER_STRINGS, 0, 0, 0, 0},
                                    {"accountId", MEMBER_TEXT, 1, 0, 0, 0},
                                    {"type", MEMBER_TYPE, 0, 1, 0, 0}};
enum { SCOPES, ACCOUNT, TYPE };
static const struct member scope = {NULL, MEMBER_TEXT, 0, 0, 0, 0};
static const struct member tag[] = {{NULL, MEMBER_TEXT, 1, 0, 255, 0},
                                    {NULL, MEMBER_EMAIL, 1, 0, 255, 0}};

/* ---- objects --------------------------------------------------------------------------------- */

static void fail(struct check *c, int error)
{
    c->error = error;
}

/* The value of the member c->at begins, and is an object. */
static void open(struct check *c)
{
    struct level *l = &c->levels[c->depth];
    const struct member *m = c->at;
    unsigned table = m->max;

    if (m->kind < MEMBER_TAGS) {
        fail(c, NANGO_E_KIND);
        return;
    }
    l->of = m;
    l->list = own;
    l->len = 0;
    l->next = 0;
    l->seen = 0;
    if (m->kind == MEMBER_CONFIG) {
        l->len = c->type == NANGO_TBA ? 2 : 1;
    }
    if (m->kind == MEMBER_CREDENTIALS) {
        table = REQUEST_CREDENTIALS + (unsigned)c->type;
        l->list = &own[TYPE];
        l->len = 1;
    }
    if (m->kind == MEMBER_OBJECT || (m->kind == MEMBER_CREDENTIALS && c->type >= 0)) {
        l->list = request_tables[table].list;
        l->len = request_tables[table].len;
    }
    c->depth++;
    c->tags_len = 0;
    c->at = NULL;
}

static void close(struct check *c)
{
    enum { REFRESH_TOKEN = 1 << 2, EXPIRES_AT = 1 << 3 }; /* in the table of OAUTH2 */
    const struct level *l = &c->levels[c->depth - 1];

    for (unsigned i = 0; i < l->len; i++) {
        if (l->list[i].required && !(l->seen >> i & 1)) {
            c->at = &l->list[i];
            fail(c, NANGO_E_MISSING);
            return;
        }
    }
    if (l->of->kind == MEMBER_CREDENTIALS && c->type == NANGO_OAUTH2 &&
        (l->seen & (REFRESH_TOKEN | EXPIRES_AT)) == REFRESH_TOKEN) {
        c->r->warnings |= NANGO_WARN_EXPIRY;
    }
    c->depth--;
    c->at = NULL;
}

static void begin(struct check *c, const struct member *m)
{
    c->at = m;
    check_value_begin(&c->value, c->json->key);
}

/* The value of c->at has ended. */
static void end(struct check *c, int is_number)
{
    c->error = check_value_end(&c->value, c->at, is_number);
    if (c->value.odd) {
        c->r->warnings |= NANGO_WARN_ID;
    }
}

/* The value of the member with this number begins. */
static void begin_member(struct check *c, unsigned i)
{
    struct level *l = &c->levels[c->depth - 1];

    begin(c, &l->list[i]);
    if (l->seen >> i & 1) {
        fail(c, NANGO_E_TWICE);
    }
    l->seen = (uint8_t)(l->seen | 1u << i);
    c->account |= c->at == &own[ACCOUNT];
}

/* The value of the tag begins whose key is c->name. Keys that are equal in lower case have equal
 * hashes; two others do not, but by a chance of 1 in 2^56: ten keys are too much to be kept. */
static void begin_tag(struct check *c)
{
    char *hashes = c->r->member;
    uint64_t hash = 0;

    c->error = check_value_tag_key(c->name.ptr, c->name.len, &hash);
    for (unsigned i = 0; i < c->tags_len; i++, hashes += HASH_LEN) {
        if (memcmp(hashes, &hash, HASH_LEN) == 0) {
            fail(c, NANGO_E_TWICE);
        }
    }
    if (c->tags_len == TAGS_MAX) {
        c->name.ptr = NULL;
        fail(c, NANGO_E_TOO_MANY);
    } else {
        memcpy(hashes, &hash, HASH_LEN);
        c->tags_len++;
    }
    begin(c, &tag[hash == 0x0d252e093945280b]); /* end_user_email */
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* \u0000 and lone surrogates are refused anywhere: Nango's database cannot hold them. */
static void check_seen(struct check *c)
{
    if (c->json->seen != 0) {
        fail(c, c->json->seen & JSON_SEEN_NUL ? NANGO_E_CONTROL : NANGO_E_SURROGATE);
    }
}

/* The place to be told, were something wrong with what comes now. */
static void mark(struct check *c)
{
    c->r->offset = c->from + c->json->offset;
}

/* The member c->name begins. Returns whether its value is to be seen. */
static int on_key(struct check *c)
{
    const struct level *l = &c->levels[c->depth - 1];
    unsigned kind = l->of->kind;

    c->at = NULL;
    c->rq->body_members |= c->depth == 1;
    if (kind == MEMBER_TAGS) {
        begin_tag(c);
        return JSON_TAKE;
    }
    for (unsigned i = 0; i < l->len; i++) {
        if (check_value_is(c->name.ptr, c->name.len, l->list[i].name)) {
            c->name.ptr = NULL;
            begin_member(c, i);
            c->rq->body_has_id |= c->at->kind == MEMBER_ID;
            return JSON_TAKE;
        }
    }
    if (kind == MEMBER_OBJECT || (kind == MEMBER_CREDENTIALS && c->type >= 0)) {
        fail(c, NANGO_E_UNKNOWN);
    } else if (check_value_is(c->name.ptr, c->name.len, "__proto__")) {
        fail(c, NANGO_E_FORBIDDEN);
    } else {
        c->name.ptr = NULL;
        check_seen(c);
    }
    return JSON_SKIP;
}

static void on_scalar(struct check *c, enum json_event event)
{
    unsigned kind = c->at->kind;

    if (kind > MEMBER_TYPE ||
        (event != JSON_STRING && (event != JSON_NUMBER || kind != MEMBER_TIME))) {
        fail(c, NANGO_E_KIND);
        return;
    }
    end(c, event == JSON_NUMBER);
    check_seen(c);
    if (c->error == 0) {
        begin(c, c->at == &scope ? c->at : NULL);
        c->name.ptr = NULL;
    }
}

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct check *c = ctx;
    int answer = JSON_TAKE;

    switch (event) {
    case JSON_KEY:
        mark(c);
        c->name.ptr = bytes;
        c->name.len = len;
        answer = on_key(c);
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        mark(c);
        if ((event == JSON_ARRAY) != (c->at->kind == MEMBER_STRINGS)) {
            fail(c, NANGO_E_KIND);
            break;
        }
        open(c);
        if (event == JSON_ARRAY) {
            begin(c, &scope);
        }
        break;
    case JSON_END:
        mark(c);
        c->at = NULL;
        check_seen(c);
        if (c->error == 0) {
            close(c);
        }
        break;
    default:
        check_value_feed(&c->value, c->at, bytes, len);
        if (event != JSON_TEXT) {
            on_scalar(c, event);
        }
    }
    return c->error != 0 ? c->error : answer;
}

/* Reads the source from byte `at` on, in pieces where it is not in memory. If that is not its first
 * byte, it is the one behind the { of the document. */
static int read(struct check *c, struct json_sink sink, size_t at)
{
    const struct nango_source *source = c->source;
    size_t len = at > 0, used;
    int rc;

    json_init(c->json, sink);
    c->from = at - len;
    rc = json_feed(c->json, "{", len, &used);
    for (; at < source->len && rc == 0; at += len) {
        const char *bytes = (const char *)source->mem + at;
        len = source->len - at;
        if (source->read_at != NULL) {
            if (c->name.ptr != NULL && c->name.ptr != c->json->key) { /* a tag's, for its value */
                c->name.ptr = memcpy(c->json->key, c->name.ptr, c->name.len);
            }
            bytes = c->scratch;
            len = len < c->scratch_cap ? len : c->scratch_cap;
            rc = source->read_at(source->ctx, at, c->scratch, len);
            if (rc != 0) {
                c->r->cause = rc;
                return NANGO_E_SOURCE;
            }
        }
        c->rq->sum = out_sum(c->rq->sum, bytes, len);
        rc = json_feed(c->json, bytes, len, &used);
    }
    return rc != 0 ? rc : json_finish(c->json);
}

static void check_json(struct check *c, const struct nango_source *source, size_t at)
{
    const struct member *m = c->at;
    unsigned depth = c->depth;

    c->source = source;
    int rc = read(c, (struct json_sink){on, c}, at);
    if (c->error == 0 && rc != 0) {
        mark(c);
        fail(c, rc);
        c->at = c->depth > depth ? c->at : m; /* before or behind the document */
    }
}

/* ---- a raw body ------------------------------------------------------------------------------ */

#if NANGO_BODY
/* To behind the {, past white space and the byte order mark that the server's parser skips too. What
 * does not begin so is read from its first byte on, and found wrong. */
static size_t skip_space(struct check *c)
{
    static const char mark_bytes[] = "\xef\xbb\xbf";
    size_t at = 0, marks = 0;
    char byte = 0;

    for (; at < c->source->len; at++) {
        int rc = out_read(c->source, at, &byte, 1);
        if (rc != 0) {
            c->r->cause = rc;
            fail(c, NANGO_E_SOURCE);
            break;
        }
        if (at < 3 && byte == mark_bytes[at]) {
            marks++;
        } else if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') {
            break;
        }
    }
    return byte == '{' && marks % 3 == 0 ? at + 1 : 0;
}

static void check_body(struct check *c)
{
    struct nango_field type = {
        .name = "credentials.type", .buf = c->r->member, .cap = sizeof c->r->member};
    const struct nango_connection *connection = c->rq->connection;
    const struct member_table *table = &request_tables[REQUEST_CONNECTION];
    struct result_pick p;
    uint32_t sum;

    for (unsigned i = 0; i < table->len; i++) {
        if (table->list[i].kind != MEMBER_CREDENTIALS && request_has(&table->list[i], connection)) {
            c->name = NANGO_STR("body");
            fail(c, NANGO_E_UNKNOWN);
            return;
        }
    }
    c->source = &connection->body;
    c->rq->body_at = skip_space(c);
    /* What the members of credentials have to be depends on the type, which may come behind them.
     * What else is wrong, the second reading finds better. */
    if (c->error == 0 &&
        read(c, result_pick_init(&p, &type, 1), c->rq->body_at) == NANGO_E_SOURCE) {
        fail(c, NANGO_E_SOURCE);
    }
    if (c->error != 0) {
        return;
    }
    if (type.kind == NANGO_STRING) {
        c->type = (int8_t)check_value_type(type.buf, type.len);
    }
    sum = c->rq->sum;
    c->rq->sum = OUT_SUM_START;
    check_json(c, c->source, c->rq->body_at);
    if (c->error == 0 && c->rq->sum != sum) {
        fail(c, NANGO_E_SOURCE_CHANGED);
    }
}
#endif

/* ---- a struct -------------------------------------------------------------------------------- */

static int is_utf8(struct json *j, const struct nango_text *text)
{
    int is = 1;

    j->left = 0;
    for (size_t i = 0; i < text->len && is; i++) {
        unsigned c = (unsigned char)text->ptr[i];
        is = (c < 0x80 && j->left == 0) || json_utf8(j, c);
    }
    return is && j->left == 0;
}

static void check_text(struct check *c, const struct nango_text *text)
{
    check_value_feed(&c->value, c->at, text->ptr, text->len);
    if (c->value.wide && !is_utf8(c->json, text)) {
        fail(c, NANGO_E_UTF8);
    } else {
        end(c, 0);
    }
}

static void check_tags(struct check *c, const struct nango_tags *tags)
{
    open(c);
    for (size_t i = 0; i < tags->len && c->error == 0; i++) {
        c->name = tags->list[i].key;
        begin_tag(c);
        if (c->error == 0) {
            check_text(c, &tags->list[i].value);
        }
    }
    if (c->error == 0) {
        c->name.ptr = NULL;
        close(c);
    }
}

static void check_member(struct check *c, const struct member *m)
{
    const void *at = c->base + m->offset;
    const struct nango_time *time = at;

    c->r->offset = 0;
    switch (m->kind) {
    case MEMBER_OBJECT:
    case MEMBER_CREDENTIALS:
        c->base = at;
        open(c);
        break;
    case MEMBER_TAGS: check_tags(c, at); break;
    case MEMBER_JSON:
    case MEMBER_CONFIG: check_json(c, at, 0); break;
    case MEMBER_TYPE:
        if (c->type < 0) {
            fail(c, NANGO_E_FORMAT);
        }
        break;
    case MEMBER_TIME:
        if (time->epoch_ms != 0) {
            if (time->iso.ptr != NULL || !check_value_is_epoch_ms(time->epoch_ms)) {
                fail(c, NANGO_E_TIME);
            }
            break;
        }
        /* fall through */
    default: check_text(c, at);
    }
}

static void check_struct(struct check *c)
{
    unsigned type = (unsigned)c->rq->connection->credentials.type;

    if (type < NANGO_TYPES_LEN && (NANGO_TYPES >> type & 1)) {
        c->type = (int8_t)type;
    }
    c->base = (const char *)c->rq->connection;
    open(c);
    while (c->error == 0 && c->depth > 0) {
        struct level *l = &c->levels[c->depth - 1];
        unsigned i = l->next++;
        if (i == l->len) {
            c->base -= l->of->offset;
            close(c);
        } else if (request_has(&l->list[i], c->base)) {
            begin_member(c, i);
            check_member(c, &l->list[i]);
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The path of what is wrong. What is not printable ASCII becomes a question mark: a name that was
 * made up may be anything, and may go to a terminal. */
static void name_error(const struct check *c)
{
    struct nango_result *r = c->r;
    size_t len = 0;

    for (unsigned level = 1, last = 0; !last; level++) {
        struct nango_text name = c->name;
        last = level >= c->depth;
        if (!last || name.ptr == NULL) {
            const struct member *m = last ? c->at : c->levels[level].of;
            name.ptr = m != NULL && m->name != NULL ? m->name : "";
            name.len = strlen(name.ptr);
        }
        for (size_t i = 0; i < name.len; i++) {
            if (i == 0 && len > 0) { /* what comes before has room */
                r->member[len++] = '.';
            }
            if (i == JSON_KEY_CAP || len == sizeof r->member - 1) {
                r->warnings |= NANGO_WARN_CUT;
                break;
            }
            r->member[len++] = name.ptr[i] > ' ' && name.ptr[i] < 0x7f ? name.ptr[i] : '?';
        }
    }
    r->member[len] = '\0';
}

static void check(struct check *c, struct request *rq, struct nango_result *r, char *scratch,
                  size_t scratch_cap)
{
    const struct nango_connection *connection = rq->connection;

    c->rq = rq;
    c->r = r;
    c->json = (struct json *)(void *)r->room;
    c->scratch = scratch;
    c->scratch_cap = scratch_cap;
    c->name.ptr = NULL;
    c->depth = 0;
    c->account = 0;
    c->type = -1;
    c->error = 0;
    begin(c, &document);
    rq->connection_id = connection->connection_id;
    rq->sum = OUT_SUM_START;
    if (connection->body.mem == NULL && connection->body.read_at == NULL) {
        check_struct(c);
    } else {
#if NANGO_BODY
        check_body(c);
#else
        c->name = NANGO_STR("body");
        fail(c, NANGO_E_UNKNOWN);
#endif
    }
    if ((NANGO_TYPES >> NANGO_TBA & 1) && c->error == 0 && c->type == NANGO_TBA && !c->account) {
        c->name = NANGO_STR("connection_config.accountId");
        fail(c, NANGO_E_MISSING);
    }
    if (c->error != 0) {
        r->warnings = 0;
        name_error(c);
    } else {
        r->offset = 0;
        r->member[0] = '\0';
    }
}

/* Nothing of the input stays in the room, and the message is "" again. */
static int leave(struct check *c)
{
    memset(c->json->key, 0, sizeof c->json->key);
    c->r->message[0] = '\0';
    return c->error;
}

int check_connection(struct request *rq, struct nango_result *r, void *scratch, size_t scratch_cap)
{
    struct check c;

    check(&c, rq, r, scratch, scratch_cap);
    return leave(&c);
}

int nango_check(const struct nango_connection *connection, struct nango_field *fields,
                size_t fields_len, struct nango_result *result)
{
    struct request rq = {.connection = connection};
    struct result_pick p;
    struct json_sink sink = result_pick_init(&p, fields, fields_len);
    struct check c;

    memset(result, 0, sizeof *result);
    check(&c, &rq, result, result->code, sizeof result->code);
    if (NANGO_BODY && rq.body_at > 0) { /* also of a body that is refused: it may say which it is */
        int rc = read(&c, sink, rq.body_at);
        if (c.error == 0) {
            fail(&c, rc == NANGO_E_ANSWER ? NANGO_E_TWICE : rc);
        }
    }
    memset(result->code, 0, sizeof result->code);
    result->connection_id = rq.connection_id;
    result->error = leave(&c);
    if (c.error != 0) {
        result->outcome = c.error == NANGO_E_SOURCE ? NANGO_NOT_SENT : NANGO_REFUSED;
    }
    return c.error;
}
