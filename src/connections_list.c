/* SPDX-License-Identifier: MIT
 *
 * connections_list: GET /connections, its rows one by one; and the import that asks it first.
 */
#include "calls_common.h"
#include "nango_connections.h"
#include "out.h"

#include <string.h>

/* ---- rows ------------------------------------------------------------------------------------ */

_Static_assert(sizeof(struct result_pick) <= sizeof(((struct nango_list *)0)->own),
               "nango_list.own is too small");

/* Is this the name of the member that has the rows? */
static int has_rows(const char *name, size_t len)
{
    static const char connections[] = "connections";
    return len == sizeof connections - 1 && memcmp(name, connections, sizeof connections - 1) == 0;
}

static void end_row(struct client *c, struct nango_list *list)
{
    c->doubt |= CLIENT_ONCE; /* what was handed on is not taken back by a second attempt */
    list->rows++;
    list->stopped = list->on_row != NULL && list->on_row(list->ctx, list) != 0;
}

/* An event within the rows, in the array (level 2) or in a row of it. */
static int on_rows(struct client *c, struct nango_list *list, unsigned level, enum json_event event,
                   const char *bytes, size_t len)
{
    struct result_pick *row = (struct result_pick *)(void *)list->own;
    if (level == 2 && event == JSON_OBJECT) {
        result_pick_init(row, list->fields, list->fields_len);
        list->inside = 2;
    }
    if (list->inside < 2) {
        return JSON_SKIP; /* no object: no row */
    }
    int answer = result_pick_event(row, event, bytes, len);
    if (event == JSON_END && level == 3) {
        list->inside = 1;
        end_row(c, list);
    }
    return answer;
}

/* level: how many objects and arrays are open around the event; of an end: with its own. */
static int on_answer(void *wanted, enum json_event event, const char *bytes, size_t len)
{
    struct client *c = calls_client(wanted);
    struct nango_list *list = (struct nango_list *)(uintptr_t)calls_args(&c->rq);
    unsigned level = c->answer.wanted.level;
    int answer = result_pick_event(wanted, event, bytes, len);
    if (c->answer.verdict != 0 || answer < 0) {
        return answer;
    }
    if (level <= 1) {
        if (event == JSON_KEY) {
            list->inside = (uint8_t)has_rows(bytes, len);
        }
        int is_ours = list->inside && (event == JSON_KEY || event == JSON_ARRAY);
        return answer | (is_ours ? JSON_TAKE : JSON_SKIP);
    }
    if (list->inside == 0 || list->stopped) {
        return answer;
    }
    int rows = on_rows(c, list, level, event, bytes, len);
    return rows < 0 ? rows : answer | rows;
}

/* ---- the list -------------------------------------------------------------------------------- */

static void put_number(struct window *w, char *first, const char *name, uint32_t number)
{
    if (number != 0) {
        calls_put_query(w, first, name, (struct nango_text){"", 0});
        http_put_uint(w, number);
    }
}

static void put_target(struct window *w, const void *rq)
{
    const struct nango_list *list = calls_args(rq);
    char first = '?';
    http_put_str(w, "/connections");
    calls_put_query(w, &first, "connectionId", list->connection_id);
    calls_put_query(w, &first, "integrationId", list->integration_ids);
    calls_put_query(w, &first, "endUserId", list->end_user_id);
    calls_put_query(w, &first, "endUserOrganizationId", list->end_user_organization_id);
    calls_put_query(w, &first, "search", list->search);
    for (size_t i = 0; i < list->tags.len; i++) {
        const struct nango_tag *tag = &list->tags.list[i];
        http_put_char(w, first);
        first = '&';
        http_put_str(w, "tags%5B");
        calls_put_encoded(w, tag->key);
        http_put_str(w, "%5D=");
        calls_put_encoded(w, tag->value);
    }
    put_number(w, &first, "limit", list->limit);
    put_number(w, &first, "page", list->page);
}

int nango_list_begin(struct nango_client *client, struct nango_list *list,
                     struct nango_result *result)
{
    static const struct client_call call = {
        .method = "GET",
        .target = put_target,
        .values = on_answer,
        .expect = "connections",
        .event = JSON_ARRAY,
    };
    int rc = calls_open(client, result, list);
    list->rows = 0;
    list->inside = list->stopped = 0;
    return rc != 0 ? rc : client_begin(client_inside(client), &call);
}

int nango_list(struct nango_client *client, struct nango_list *list, struct nango_result *result)
{
    int rc = nango_list_begin(client, list, result);
    return rc != 0 ? rc : nango_call(client);
}

/* ---- an import that asks first --------------------------------------------------------------- */

/* In nango_import_if.own: what has come of the row. */
enum { SUM, SEEN, FOUND };

static struct nango_text key_of(const struct nango_import_if *import)
{
    return import->provider_config_key.ptr != NULL ? import->provider_config_key
                                                   : import->connection.provider_config_key;
}

static struct nango_text id_of(const struct nango_import_if *import)
{
    return import->connection_id.ptr != NULL ? import->connection_id
                                             : import->connection.connection_id;
}

static void put_find(struct window *w, const void *rq)
{
    const struct nango_import_if *import = calls_args(rq);
    char first = '?';
    http_put_str(w, "/connections");
    calls_put_query(w, &first, "connectionId", id_of(import));
    calls_put_query(w, &first, "integrationId", key_of(import));
}

static int is_equal(const char *name, size_t len, const char *to)
{
    return strlen(to) == len && memcmp(name, to, len) == 0;
}

/* Looks for a row that has both, in case that a server takes a filter for less than it is. */
static int on_find(void *wanted, enum json_event event, const char *bytes, size_t len)
{
    struct client *c = calls_client(wanted);
    struct nango_import_if *import = (struct nango_import_if *)(uintptr_t)calls_args(&c->rq);
    unsigned level = c->answer.wanted.level;
    int answer = result_pick_event(wanted, event, bytes, len);
    uint32_t *own = import->own;
    if (c->answer.verdict != 0 || answer < 0) {
        return answer;
    }
    if (event == JSON_OBJECT || event == JSON_ARRAY) {
        own[FOUND] = level == 0 ? 0 : own[FOUND]; /* a later attempt */
        own[SEEN] = level < 3 ? 0 : own[SEEN];
        return answer | (level < 3 ? JSON_TAKE : JSON_SKIP);
    }
    if (event == JSON_KEY && level <= 3) {
        int is_id = level == 3 && is_equal(bytes, len, "connection_id");
        int is_key = level == 3 && is_equal(bytes, len, "provider_config_key");
        own[SEEN] = (own[SEEN] & 3) | (is_id ? 4u : is_key ? 8u : 0);
        own[SUM] = OUT_SUM_START;
        int is_rows = level == 1 && has_rows(bytes, len);
        return answer | (is_id || is_key || is_rows ? JSON_TAKE : JSON_SKIP);
    }
    if (level == 3 && own[SEEN] & 12 && event != JSON_END && event != JSON_SPAN) {
        struct nango_text text = own[SEEN] & 4 ? id_of(import) : key_of(import);
        own[SUM] = out_sum(own[SUM], bytes, len);
        if (event == JSON_STRING && own[SUM] == out_sum(OUT_SUM_START, text.ptr, text.len)) {
            own[SEEN] |= own[SEEN] >> 2;
        }
        own[FOUND] |= (own[SEEN] & 3) == 3;
    }
    return answer;
}

static int judge_find(struct client *c, int error)
{
    struct nango_import_if *import = (struct nango_import_if *)(uintptr_t)calls_args(&c->rq);
    if (error != 0) {
        return error;
    }
    if (!import->own[FOUND]) {
        client_begin(c, &calls_import);
        return 1;
    }
    if (import->if_exists == NANGO_FAIL) {
        client_end(c, NANGO_REFUSED, NANGO_E_EXISTS);
        return 1;
    }
    c->out->warnings |= NANGO_WARN_EXISTS;
    return 0;
}

int nango_import_if_begin(struct nango_client *client, struct nango_import_if *import,
                          struct nango_result *result)
{
    static const struct client_call find = {
        .method = "GET",
        .target = put_find,
        .values = on_find,
        .verdict = judge_find,
        .expect = "connections",
        .event = JSON_ARRAY,
    };
    int asks = import->if_exists != NANGO_OVERWRITE && id_of(import).ptr != NULL;
    memset(import->own, 0, sizeof import->own);
    return calls_begin_import(client, &import->connection, result, asks ? &find : &calls_import);
}

int nango_import_if(struct nango_client *client, struct nango_import_if *import,
                    struct nango_result *result)
{
    int rc = nango_import_if_begin(client, import, result);
    return rc != 0 ? rc : nango_call(client);
}
