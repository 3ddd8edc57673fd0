/* SPDX-License-Identifier: MIT */
#include "request.h"

#include "out.h"

#include <string.h>

#define LEN(list) (uint8_t)(sizeof(list) / sizeof(list)[0])
#define TABLE(list)     \
    {                   \
        list, LEN(list) \
    }
#define TYPE(t, list)                                                        \
    [REQUEST_CREDENTIALS + (t)] = {(NANGO_TYPES >> (t)) & 1 ? (list) : NULL, \
                                   (NANGO_TYPES >> (t)) & 1 ? LEN(list) : 0}

#define M(name, kind, min, required, max, offset)                         \
    {                                                                     \
        name, MEMBER_##kind, min, required, max, offset, sizeof(name) - 1 \
    }

#define CONNECTION(member) offsetof(struct nango_connection, member)
static const struct member connection[] = {
    M("provider_config_key", TEXT, 1, 1, 0, CONNECTION(provider_config_key)),
    M("connection_id", ID, 0, 0, 255, CONNECTION(connection_id)),
    M("credentials", CREDENTIALS, 0, 1, 0, CONNECTION(credentials)),
    M("metadata", JSON, 0, 0, 0, CONNECTION(metadata)),
    M("connection_config", CONFIG, 0, 0, 0, CONNECTION(connection_config)),
    M("end_user", OBJECT, 0, 0, REQUEST_END_USER, CONNECTION(end_user)),
    M("tags", TAGS, 0, 0, 0, CONNECTION(tags)),
    M("webhook_url_override", URL, 0, 0, 0, CONNECTION(webhook_url_override)),
};

#define END_USER(member) offsetof(struct nango_end_user, member)
static const struct member end_user[] = {
    M("id", TEXT, 1, 1, 255, END_USER(id)),
    M("email", EMAIL, 0, 0, 0, END_USER(email)),
    M("display_name", TEXT, 0, 0, 255, END_USER(display_name)),
    M("tags", TAGS, 0, 0, 0, END_USER(tags)),
};

#define OVERRIDE(member) offsetof(struct nango_config_override, member)
static const struct member config_override[] = {
    M("client_id", TEXT, 1, 0, 255, OVERRIDE(client_id)),
    M("client_secret", TEXT, 1, 0, 2048, OVERRIDE(client_secret)),
};

#define CREDENTIALS(member) offsetof(struct nango_credentials, member)
static const struct member oauth2[] = {
    M("type", TYPE, 0, 1, 0, 0),
    M("access_token", TEXT, 1, 1, 16384, CREDENTIALS(oauth2.access_token)),
    M("refresh_token", TEXT, 1, 0, 16384, CREDENTIALS(oauth2.refresh_token)),
    M("expires_at", TIME, 0, 0, 0, CREDENTIALS(oauth2.expires_at)),
    M("config_override", OBJECT, 0, 0, REQUEST_CONFIG_OVERRIDE,
      CREDENTIALS(oauth2.config_override)),
};
static const struct member oauth2_cc[] = {
    M("type", TYPE, 0, 1, 0, 0),
    M("token", TEXT, 1, 1, 4096, CREDENTIALS(oauth2_cc.token)),
    M("client_id", TEXT, 1, 1, 255, CREDENTIALS(oauth2_cc.client_id)),
    M("client_secret", TEXT, 1, 1, 2048, CREDENTIALS(oauth2_cc.client_secret)),
    M("client_certificate", TEXT, 1, 0, 10000, CREDENTIALS(oauth2_cc.client_certificate)),
    M("client_private_key", TEXT, 1, 0, 10000, CREDENTIALS(oauth2_cc.client_private_key)),
    M("expires_at", TIME, 0, 0, 0, CREDENTIALS(oauth2_cc.expires_at)),
};
static const struct member oauth1[] = {
    M("type", TYPE, 0, 1, 0, 0),
    M("oauth_token", TEXT, 1, 1, 2048, CREDENTIALS(oauth1.oauth_token)),
    M("oauth_token_secret", TEXT, 1, 1, 2048, CREDENTIALS(oauth1.oauth_token_secret)),
};
static const struct member api_key[] = {
    M("type", TYPE, 0, 1, 0, 0),
    M("apiKey", TEXT, 1, 1, 1024, CREDENTIALS(api_key.api_key)),
};
static const struct member basic[] = {
    M("type", TYPE, 0, 1, 0, 0),
    M("username", TEXT, 0, 1, 1024, CREDENTIALS(basic.username)),
    M("password", TEXT, 0, 1, 1024, CREDENTIALS(basic.password)),
};
static const struct member tba[] = {
    M("type", TYPE, 0, 1, 0, 0),
    M("token_id", TEXT, 1, 1, 0, CREDENTIALS(tba.token_id)),
    M("token_secret", TEXT, 1, 1, 0, CREDENTIALS(tba.token_secret)),
    M("config_override", OBJECT, 0, 0, REQUEST_CONFIG_OVERRIDE, CREDENTIALS(tba.config_override)),
};
static const struct member app[] = {
    M("type", TYPE, 0, 1, 0, 0),
    M("app_id", TEXT, 1, 1, 255, CREDENTIALS(app.app_id)),
    M("installation_id", TEXT, 1, 1, 255, CREDENTIALS(app.installation_id)),
};
static const struct member none[] = {
    M("type", TYPE, 0, 1, 0, 0),
};

const struct member_table request_tables[REQUEST_TABLES] = {
    [REQUEST_CONNECTION] = TABLE(connection),
    [REQUEST_END_USER] = TABLE(end_user),
    [REQUEST_CONFIG_OVERRIDE] = TABLE(config_override),
    TYPE(NANGO_OAUTH2, oauth2),
    TYPE(NANGO_OAUTH2_CC, oauth2_cc),
    TYPE(NANGO_OAUTH1, oauth1),
    TYPE(NANGO_API_KEY, api_key),
    TYPE(NANGO_BASIC, basic),
    TYPE(NANGO_TBA, tba),
    TYPE(NANGO_APP, app),
    TYPE(NANGO_CUSTOM, app),
    TYPE(NANGO_NONE, none),
};

const char *const request_types[NANGO_TYPES_LEN] = {
    "OAUTH2", "OAUTH2_CC", "OAUTH1", "API_KEY", "BASIC", "TBA", "APP", "CUSTOM", "NONE",
};

/* What is absent is a pointer that is NULL, or a length or number that is 0. */
static int has_value(const struct member *m, const void *at)
{
    switch (m->kind) {
    case MEMBER_TAGS: return ((const struct nango_tags *)at)->len != 0;
    case MEMBER_JSON:
    case MEMBER_CONFIG:
        return ((const struct nango_source *)at)->mem != NULL ||
               ((const struct nango_source *)at)->read_at != NULL;
    case MEMBER_TIME:
        return ((const struct nango_time *)at)->iso.ptr != NULL ||
               ((const struct nango_time *)at)->epoch_ms != 0;
    case MEMBER_TYPE:
    case MEMBER_CREDENTIALS: return 1;
    default: return ((const struct nango_text *)at)->ptr != NULL;
    }
}

int request_has(const struct member *m, const void *base)
{
    const char *at = (const char *)base + m->offset;
    if (m->kind != MEMBER_OBJECT) {
        return has_value(m, at);
    }
    int has = 0;
    for (uint8_t i = 0; i < request_tables[m->max].len;
         i++) { /* these tables hold no MEMBER_OBJECT */
        const struct member *inner = &request_tables[m->max].list[i];
        has |= has_value(inner, at + inner->offset);
    }
    return has;
}

unsigned request_table_of(const struct member *m, const void *at)
{
    return m->kind == MEMBER_CREDENTIALS
               ? REQUEST_CREDENTIALS + (unsigned)((const struct nango_credentials *)at)->type
               : m->max;
}

static void put_tags(struct window *w, const struct nango_tags *tags)
{
    for (size_t i = 0; i < tags->len; i++) {
        http_put_char(w, "{,"[i != 0]);
        out_string(w, tags->list[i].key);
        http_put_char(w, ':');
        out_string(w, tags->list[i].value);
    }
    http_put_char(w, '}');
}

static void put_time(struct window *w, const struct nango_time *time)
{
    if (time->iso.ptr != NULL) {
        out_string(w, time->iso);
    } else {
        http_put_uint(w, time->epoch_ms);
    }
}

static void put_type(struct window *w, enum nango_type type)
{
    http_put_char(w, '"');
    http_put_str(w, request_types[type]);
    http_put_char(w, '"');
}

/* An object that is being written. */
struct level {
    const struct member *next, *end;
    const char *base;
};

static void open_object(struct window *w, struct level *l, unsigned table, const void *base)
{
    http_put_char(w, '{');
    l->next = request_tables[table].list;
    l->end = l->next + request_tables[table].len;
    l->base = base;
}

static void put_value(struct window *w, const struct request *rq, const struct member *m,
                      const char *base)
{
    const void *at = base + m->offset;
    switch (m->kind) {
    case MEMBER_ID: out_string(w, rq->connection_id); break;
    case MEMBER_TYPE:
        put_type(w, ((const struct nango_credentials *)(const void *)base)->type);
        break;
    case MEMBER_TAGS: put_tags(w, at); break;
    case MEMBER_TIME: put_time(w, at); break;
    case MEMBER_JSON:
    case MEMBER_CONFIG: out_source(w, at, 0); break;
    default: out_string(w, *(const struct nango_text *)at);
    }
}

static void put_connection(struct window *w, const struct request *rq)
{
    struct level levels[3], *l = levels; /* connection, credentials, config_override */
    int first = 1;
    open_object(w, l, REQUEST_CONNECTION, rq->connection);
    for (;;) {
        if (l->next == l->end) {
            http_put_char(w, '}');
            if (l == levels) {
                return;
            }
            l--;
            continue;
        }
        const struct member *m = l->next++;
        if (m->kind != MEMBER_ID && !request_has(m, l->base)) {
            continue;
        }
        out_name(w, (struct nango_text){m->name, m->name_len}, &first);
        if (m->kind == MEMBER_OBJECT || m->kind == MEMBER_CREDENTIALS) {
            const char *at = l->base + m->offset;
            open_object(w, ++l, request_table_of(m, at), at);
            first = 1;
        } else {
            put_value(w, rq, m, l->base);
        }
    }
}

#if NANGO_BODY
/* A raw body as it stands, with the connection_id in front of its members if it has none. */
static void put_body(struct window *w, const struct request *rq)
{
    int first = 1;
    http_put_char(w, '{');
    if (rq->connection_id.ptr != NULL) {
        out_name(w, NANGO_STR("connection_id"), &first);
        out_string(w, rq->connection_id);
        if (rq->body_members) {
            http_put_char(w, ',');
        }
    }
    out_source(w, &rq->connection->body, rq->body_at);
}
#endif

void request_import_body(struct window *w, const void *ctx)
{
    const struct request *rq = ctx;
#if NANGO_BODY
    if (rq->connection->body.mem != NULL || rq->connection->body.read_at != NULL) {
        put_body(w, rq);
        return;
    }
#endif
    put_connection(w, rq);
}

void request_uuid(char id[REQUEST_UUID_CAP])
{
    static const char hex[] = "0123456789abcdef";
    char *to = id + REQUEST_UUID_CAP;
    *--to = '\0';
    id[6] = (char)(0x40 | (id[6] & 0x0f));
    id[8] = (char)(0x80 | (id[8] & 0x3f));
    for (unsigned i = REQUEST_UUID_RANDOM;
         i-- > 0;) { /* from the end: what is written never reaches what is still to be read */
        unsigned char byte = (unsigned char)id[i];
        *--to = hex[byte & 15];
        *--to = hex[byte >> 4];
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *--to = '-';
        }
    }
}

void request_import_target(struct window *w, const void *ctx)
{
    (void)ctx;
    http_put_str(w, "/connections");
}
