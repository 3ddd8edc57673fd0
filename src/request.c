/* SPDX-License-Identifier: MIT */
#include "request.h"

#include "out.h"

#include <string.h>

/* ---- the members ----------------------------------------------------------------------------- */

#define M(depth, types, name, kind, required, min, limit, place)                     \
    {                                                                                \
        name, depth, required, min, MEMBER_##kind, sizeof(name) - 1, MEMBER_##limit, \
            offsetof(struct nango_connection, place) / sizeof(void *), types         \
    }
#define ALL REQUEST_ALL_TYPES
#define IF(option) ((option) ? ALL : 0)

/* enum nango_type, for the preprocessor too */
#define OAUTH2 0x01
#define OAUTH2_CC 0x02
#define OAUTH1 0x04
#define API_KEY 0x08
#define BASIC 0x10
#define TBA 0x20
#define APP 0x40 /* and CUSTOM, whose bit in NANGO_TYPES is the next */
_Static_assert(OAUTH2 == 1 << NANGO_OAUTH2 && OAUTH2_CC == 1 << NANGO_OAUTH2_CC &&
                   OAUTH1 == 1 << NANGO_OAUTH1 && API_KEY == 1 << NANGO_API_KEY &&
                   BASIC == 1 << NANGO_BASIC && TBA == 1 << NANGO_TBA && APP == 1 << NANGO_APP &&
                   NANGO_APP + 1 == NANGO_CUSTOM && NANGO_CUSTOM + 1 == NANGO_NONE,
               "the order of enum nango_type");
_Static_assert(sizeof(struct nango_connection) / sizeof(void *) < 256, "member.at");
/* Members of one name stand at one place, whatever the type. */
#define SAME(a, b) (offsetof(struct nango_credentials, a) == offsetof(struct nango_credentials, b))
_Static_assert(SAME(oauth2.expires_at, oauth2_cc.expires_at), "expires_at");
_Static_assert(SAME(oauth2.config_override, tba.config_override), "config_override");

const struct member request_members[] = {
    M(0, ALL, "", OBJECT, 1, 0, ANY, provider_config_key),
    M(1, ALL, "provider_config_key", TEXT, 1, 1, ANY, provider_config_key),
    M(1, ALL, "connection_id", ID, 0, 0, 255, connection_id),
    M(1, ALL, "credentials", OBJECT, 1, 0, ANY, credentials),
    M(2, ALL, "type", TYPE, 1, 0, ANY, credentials.type),
#if NANGO_TYPES & OAUTH2
    M(2, OAUTH2, "access_token", TEXT, 1, 1, 16384, credentials.oauth2.access_token),
    M(2, OAUTH2, "refresh_token", REFRESH, 0, 1, 16384, credentials.oauth2.refresh_token),
#endif
#if NANGO_TYPES & OAUTH2_CC
    M(2, OAUTH2_CC, "token", TEXT, 1, 1, 4096, credentials.oauth2_cc.token),
    M(2, OAUTH2_CC, "client_id", TEXT, 1, 1, 255, credentials.oauth2_cc.client_id),
    M(2, OAUTH2_CC, "client_secret", TEXT, 1, 1, 2048, credentials.oauth2_cc.client_secret),
    M(2, OAUTH2_CC, "client_certificate", TEXT, 0, 1, 10000,
      credentials.oauth2_cc.client_certificate),
    M(2, OAUTH2_CC, "client_private_key", TEXT, 0, 1, 10000,
      credentials.oauth2_cc.client_private_key),
#endif
#if NANGO_TYPES & (OAUTH2 | OAUTH2_CC)
    M(2, OAUTH2 | OAUTH2_CC, "expires_at", TIME, 0, 0, ANY, credentials.oauth2.expires_at),
#endif
#if NANGO_TYPES & OAUTH1
    M(2, OAUTH1, "oauth_token", TEXT, 1, 1, 2048, credentials.oauth1.oauth_token),
    M(2, OAUTH1, "oauth_token_secret", TEXT, 1, 1, 2048, credentials.oauth1.oauth_token_secret),
#endif
#if NANGO_TYPES & API_KEY
    M(2, API_KEY, "apiKey", TEXT, 1, 1, 1024, credentials.api_key.api_key),
#endif
#if NANGO_TYPES & BASIC
    M(2, BASIC, "username", TEXT, 1, 0, 1024, credentials.basic.username),
    M(2, BASIC, "password", TEXT, 1, 0, 1024, credentials.basic.password),
#endif
#if NANGO_TYPES & TBA
    M(2, TBA, "token_id", TEXT, 1, 1, ANY, credentials.tba.token_id),
    M(2, TBA, "token_secret", TEXT, 1, 1, ANY, credentials.tba.token_secret),
#endif
#if NANGO_TYPES & (APP | APP << 1)
    M(2, APP, "app_id", TEXT, 1, 1, 255, credentials.app.app_id),
    M(2, APP, "installation_id", TEXT, 1, 1, 255, credentials.app.installation_id),
#endif
#if NANGO_TYPES & (OAUTH2 | TBA)
    M(2, OAUTH2 | TBA, "config_override", OBJECT, 0, 0, ANY, credentials.oauth2.config_override),
    M(3, OAUTH2 | TBA, "client_id", TEXT, 0, 1, 255, credentials.oauth2.config_override.client_id),
    M(3, OAUTH2 | TBA, "client_secret", TEXT, 0, 1, 2048,
      credentials.oauth2.config_override.client_secret),
#endif
    M(1, IF(NANGO_METADATA), "metadata", JSON, 0, 0, ANY, metadata),
    M(1, IF(NANGO_METADATA), "connection_config", CONFIG, 0, 0, ANY, connection_config),
#if NANGO_METADATA
    /* Only JSON has these: a struct that has the other members has no body. */
    M(2, ALL, "oauth_scopes_override", STRINGS, 0, 0, ANY, body.mem),
#if NANGO_TYPES & TBA
    M(2, TBA, "accountId", ACCOUNT, 1, 1, ANY, body.mem),
#endif
#endif
#if NANGO_END_USER
    M(1, ALL, "end_user", OBJECT, 0, 0, ANY, end_user),
    M(2, ALL, "id", TEXT, 1, 1, 255, end_user.id),
    M(2, ALL, "email", EMAIL, 0, 0, ANY, end_user.email),
    M(2, ALL, "display_name", TEXT, 0, 0, 255, end_user.display_name),
    M(2, IF(NANGO_TAGS), "tags", TAGS, 0, 0, ANY, end_user.tags),
#else
    M(1, 0, "end_user", TEXT, 0, 0, ANY, end_user.id),
#endif
    M(1, IF(NANGO_TAGS), "tags", TAGS, 0, 0, ANY, tags),
    M(1, IF(NANGO_WEBHOOK), "webhook_url_override", URL, 0, 0, ANY, webhook_url_override),
    M(0, ALL, "", OBJECT, 0, 0, ANY, provider_config_key),
};

_Static_assert(sizeof request_members / sizeof request_members[0] - 1 <= REQUEST_MEMBERS,
               "REQUEST_MEMBERS");

const uint16_t request_limits[] = {0, 255, 1024, 2048, 4096, 10000, 16384};

const char *const request_types[NANGO_TYPES_LEN] = {
#define NAME(type) [NANGO_##type] = NANGO_TYPES >> NANGO_##type & 1 ? #type : ""
    NAME(OAUTH2), NAME(OAUTH2_CC), NAME(OAUTH1), NAME(API_KEY), NAME(BASIC),
    NAME(TBA),    NAME(APP),       NAME(CUSTOM), NAME(NONE),
};

/* ---- a struct, member by member -------------------------------------------------------------- */

struct walk {
    struct json_sink sink;
    int answer;
};

static void say(struct walk *k, enum json_event event, const void *bytes, size_t len)
{
    if (k->answer >= 0) {
        k->answer = k->sink.on(k->sink.ctx, event, bytes, len);
    }
}

#if NANGO_TAGS
static void say_tags(struct walk *k, const struct nango_tags *tags)
{
    const struct nango_tag *tag = tags->list, *end = tag + tags->len;

    say(k, JSON_OBJECT, NULL, 0);
    for (; tag != end; tag++) {
        say(k, JSON_KEY, tag->key.ptr, tag->key.len);
        say(k, JSON_STRING, tag->value.ptr, tag->value.len);
    }
    say(k, JSON_END, NULL, 0);
}

#endif

/* What is absent is a pointer that is NULL, or a length or number that is 0. An object is there if
 * something in it is, so it is opened by its first member. */
int request_walk(const struct request *rq, struct json_sink sink)
{
    const struct nango_connection *connection = rq->connection;
    const struct member *m = request_members, *object = m;
    unsigned type = (unsigned)connection->credentials.type, depth = 1;
    unsigned types = type < NANGO_TYPES_LEN ? request_type_bit(type) : REQUEST_ALL_TYPES;
    struct walk k = {sink, 0};
    char digits[HTTP_DIGITS];

    while (depth > 0) {
        m++;
        if (!(m->types & types) && (!REQUEST_LEAVES_OUT || m->types != 0)) {
            continue;
        }
        const void *at = request_value(connection, m);
        const struct nango_source *source = at;
        const struct nango_text *text = at;
        const struct nango_time *time = at;
        const void *bytes = text->ptr;
        size_t len = text->len;
        enum json_event event = JSON_STRING;

        for (; depth > m->depth; depth--) {
            say(&k, JSON_END, NULL, 0);
        }
        switch (m->kind) {
        case MEMBER_OBJECT: object = m; continue;
        case MEMBER_ID:
            bytes = rq->connection_id.ptr;
            len = rq->connection_id.len;
            break;
        case MEMBER_TYPE:
            bytes = rq->part ? NULL : type < NANGO_TYPES_LEN ? request_types[type] : "";
            len = bytes != NULL ? strlen(bytes) : 0;
            break;
        case MEMBER_TIME:
            if (time->epoch_ms != 0) {
                char *first = http_digits(digits, time->epoch_ms);
                /* Both ways: no number. */
                len = bytes == NULL ? (size_t)(digits + sizeof digits - first) : 0;
                bytes = first;
                event = JSON_NUMBER;
            }
            break;
        case MEMBER_TAGS:
            bytes = len > 0 ? at : NULL;
            event = JSON_OBJECT;
            break;
        case MEMBER_JSON:
        case MEMBER_CONFIG:
            bytes = request_has_source(source) ? at : NULL;
            len = source->len;
            event = JSON_SPAN;
            break;
        default: break;
        }
        if (bytes == NULL) {
            continue;
        }
        if (m->depth > depth) {
            say(&k, JSON_KEY, object->name, object->name_len);
            say(&k, JSON_OBJECT, NULL, 0);
            depth++;
        }
        say(&k, JSON_KEY, m->name, m->name_len);
#if NANGO_TAGS
        if (event == JSON_OBJECT) {
            say_tags(&k, at);
            continue;
        }
#endif
        say(&k, event, bytes, len);
    }
    return k.answer < 0 ? k.answer : 0;
}

/* ---- the body -------------------------------------------------------------------------------- */

int request_put(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct request_writer *p = ctx;
    const void *source = bytes;

    switch (event) {
    case JSON_OBJECT: p->before = '{'; return 0;
    case JSON_KEY: /* a tag's too was checked, and needs no escapes */
        http_put_char(p->w, p->before);
        http_put_char(p->w, '"');
        http_put(p->w, bytes, len);
        http_put_char(p->w, '"');
        http_put_char(p->w, ':');
        break;
    case JSON_STRING: out_string(p->w, bytes, len); break;
    case JSON_NUMBER: http_put(p->w, bytes, len); break;
    case JSON_END: http_put_char(p->w, '}'); break;
    default:
        if (NANGO_METADATA) {
            out_source(p->w, source, 0);
        }
    }
    p->before = ',';
    return 0;
}
void request_import_body(struct window *w, const void *ctx)
{
    const struct request *rq = ctx;
    struct request_writer p = {w, '{'};
#if NANGO_BODY
    if (request_has_source(&rq->connection->body)) {
        if (rq->connection_id.ptr != NULL) { /* it has none of its own: in front of its members */
            request_put(&p, JSON_KEY, "connection_id", sizeof "connection_id" - 1);
            request_put(&p, JSON_STRING, rq->connection_id.ptr, rq->connection_id.len);
        }
        http_put_char(w, p.before);
        out_source(w, &rq->connection->body, rq->body_at);
        return;
    }
#endif
    request_walk(rq, (struct json_sink){request_put, &p});
}

void request_import_target(struct window *w, const void *ctx)
{
    (void)ctx;
    http_put_str(w, "/connections");
}

/* ---- the connection_id ----------------------------------------------------------------------- */

void request_uuid(char id[REQUEST_UUID_CAP])
{
    const unsigned hyphens = 1 << 4 | 1 << 6 | 1 << 8 | 1 << 10; /* before these bytes */
    char *to = id + REQUEST_UUID_CAP;

    *--to = '\0';
    id[6] = (char)(0x40 | (id[6] & 0x0f));
    id[8] = (char)(0x80 | (id[8] & 0x3f));
    /* From the end: what is written never reaches what is still to be read. */
    for (unsigned i = REQUEST_UUID_RANDOM; i-- > 0;) {
        unsigned byte = (unsigned char)id[i];
        *--to = out_hex[byte & 15];
        *--to = out_hex[byte >> 4];
        if (hyphens >> i & 1) {
            *--to = '-';
        }
    }
}
