/* SPDX-License-Identifier: MIT
 *
 * connections_get: GET /connections/{connection_id}, and its credentials by the table of members.
 */
#include "calls_common.h"
#include "nango_connections.h"

#include <string.h>

static void put_target(struct window *w, const void *rq)
{
    const struct nango_get *get = calls_args(rq);
    char first = '?';
    http_put_str(w, "/connections/");
    calls_put_encoded(w, get->connection_id);
    calls_put_query(w, &first, "provider_config_key", get->provider_config_key);
    if (get->force_refresh) {
        calls_put_query(w, &first, "force_refresh", NANGO_STR("true"));
    }
    if (get->refresh_token) {
        calls_put_query(w, &first, "refresh_token", NANGO_STR("true"));
    }
}

/* ---- credentials ----------------------------------------------------------------------------- */

/* The credentials of the table of members; what of them has members of its own is followed by
 * these. */
static const struct member *credentials_member(void)
{
    const struct member *m = request_members;
    while (m->depth != 1 || m->kind != MEMBER_OBJECT) {
        m++;
    }
    return m;
}

/* A member of them by its name, in that many objects. */
static const struct member *find(const char *name, size_t len, unsigned depth)
{
    const struct member *m = credentials_member();
    while ((++m)->depth > 1) {
        if (m->depth == depth && m->name_len == len && memcmp(m->name, name, len) == 0) {
            return m;
        }
    }
    return NULL;
}

static struct nango_text *place(struct nango_get *get, const struct member *m)
{
    size_t at = m->at * sizeof(void *) - offsetof(struct nango_connection, credentials);
    return (struct nango_text *)(void *)((char *)&get->credentials + at);
}

/* Where the bytes of a value go; len counts all, also where there is no room. */
static void keep(struct nango_get *get, const char *bytes, size_t len)
{
    if (get->len < get->cap) {
        size_t room = get->cap - get->len;
        memcpy(get->buf + get->len, bytes, len < room ? len : room);
    }
    get->len += len;
}

static void set_type(struct nango_get *get, const char *name, size_t len)
{
    unsigned type = len > 0 ? 0 : NANGO_TYPES_LEN; /* the name of a type that was left out is "" */
    while (type < NANGO_TYPES_LEN &&
           (strlen(request_types[type]) != len || memcmp(request_types[type], name, len) != 0)) {
        type++;
    }
    get->credentials.type = (enum nango_type)type;
}

/* A piece of the member that is open: its text begins at get->own_at. */
static void take(struct nango_get *get, enum json_event event, const char *bytes, size_t len)
{
    const struct member *m = get->own_member;
    keep(get, bytes, len);
    if (event == JSON_TEXT) {
        return;
    }
    size_t text_len = get->len - get->own_at;
    get->own_member = NULL;
    if (event != JSON_STRING || get->len > get->cap) {
        get->len = event == JSON_STRING ? get->len : get->own_at;
    } else if (m->kind == MEMBER_TYPE) {
        set_type(get, get->buf + get->own_at, text_len);
        get->len = get->own_at;
        return;
    } else {
        *place(get, m) = (struct nango_text){get->buf + get->own_at, text_len};
        get->own_types &= m->types;
    }
    keep(get, "", event == JSON_STRING);
}

static int on_key(struct nango_get *get, unsigned level, const char *name, size_t len)
{
    static const char credentials[] = "credentials";
    if (level == 1) {
        get->own_inside =
            len == sizeof credentials - 1 && memcmp(name, credentials, sizeof credentials - 1) == 0;
        return get->own_inside ? JSON_TAKE : JSON_SKIP;
    }
    const struct member *m =
        get->own_inside != 0 && level <= get->own_inside + 1u ? find(name, len, level) : NULL;
    int is_object = m != NULL && m->kind == MEMBER_OBJECT;
    if (level == 2 && get->own_inside != 0) {
        get->own_inside = (uint8_t)(1 + is_object);
    }
    get->own_member = is_object ? NULL : m;
    get->own_at = get->len;
    return m != NULL ? JSON_TAKE : JSON_SKIP;
}

/* level: how many objects are open around the event. */
static int on_answer(void *wanted, enum json_event event, const char *bytes, size_t len)
{
    struct client *c = calls_client(wanted);
    struct nango_get *get = (struct nango_get *)(uintptr_t)calls_args(&c->rq);
    unsigned level = c->answer.wanted.level;
    int answer = result_pick_event(wanted, event, bytes, len);
    if (c->answer.verdict != 0 || get->buf == NULL) {
        return answer;
    }
    switch (event) {
    case JSON_KEY: return answer | on_key(get, level, bytes, len);
    case JSON_OBJECT:
        if (level == 0) { /* also of a later attempt */
            get->len = 0;
            get->own_inside = 0;
            get->own_types = REQUEST_ALL_TYPES;
            memset(&get->credentials, 0, sizeof get->credentials);
            get->credentials.type = NANGO_NONE;
        }
        get->own_member = NULL;
        return answer | (level != 0 && level == get->own_inside ? JSON_TAKE : JSON_SKIP);
    case JSON_END:
    case JSON_SPAN: return answer;
    case JSON_ARRAY: get->own_member = NULL; return answer;
    default:
        if (get->own_member != NULL) {
            take(get, event, bytes, len);
        }
        return answer;
    }
}

static int judge(struct client *c, int error)
{
    static const char failed[] = "invalid_credentials";
    struct nango_get *get = (struct nango_get *)(uintptr_t)calls_args(&c->rq);
    if (error == NANGO_E_STATUS && memcmp(c->out->code, failed, sizeof failed) == 0) {
        client_end(c, NANGO_REFUSED, NANGO_E_REFRESH);
        return 1;
    }
    if (error != 0 || get->buf == NULL) {
        return error;
    }
    enum nango_type type = get->credentials.type;
    int has_room = get->len <= get->cap;
    if (!has_room || type == NANGO_TYPES_LEN || !(get->own_types & request_type_bit(type))) {
        /* What is not of this type stands where what is of it would. */
        memset(&get->credentials, 0, sizeof get->credentials);
        get->credentials.type = type;
    }
    if (!has_room) {
        client_wipe(get->buf, get->cap);
        client_end(c, NANGO_REFUSED, NANGO_E_ROOM);
    }
    return !has_room;
}

/* ---- the call -------------------------------------------------------------------------------- */

int nango_get_begin(struct nango_client *client, struct nango_get *get, struct nango_result *result)
{
    static const struct client_call call = {
        .method = "GET",
        .target = put_target,
        .values = on_answer,
        .verdict = judge,
        .expect = "connection_id",
        .event = JSON_STRING,
    };
    struct client *c = client_inside(client);
    int rc = calls_open(client, result, get);
    if (rc == 0) {
        rc = calls_check_key(c, get->provider_config_key, "provider_config_key");
    }
    if (rc == 0) {
        rc = calls_check_id(c, get->connection_id);
    }
    if (rc != 0) {
        return rc;
    }
    get->len = 0;
    c->rq.connection_id = get->connection_id;
    return client_begin(c, &call);
}

int nango_get(struct nango_client *client, struct nango_get *get, struct nango_result *result)
{
    int rc = nango_get_begin(client, get, result);
    return rc != 0 ? rc : nango_call(client);
}
