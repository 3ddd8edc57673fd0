/* SPDX-License-Identifier: MIT */
#include "calls_common.h"

#include "out.h"

#include <string.h>

int calls_open(struct nango_client *client, struct nango_result *result, const void *args)
{
    struct client *c = client_inside(client);
    int rc = client_open(c, result);
    if (rc == 0) {
        c->rq.connection = args;
        c->rq.sum = OUT_SUM_START;
    }
    return rc;
}

int calls_refuse(struct client *c, int error, const char *member)
{
    struct window w = {.buf = c->out->member, .cap = sizeof c->out->member - 1};
    http_put_str(&w, member);
    return client_end(c, NANGO_REFUSED, error);
}

/* ---- ids ------------------------------------------------------------------------------------- */

static int is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of letters, digits and `others`; and no segment of a path that a URL's reader takes away (RFC
 * 3986, section 5.2.4). */
static int check_segment(struct nango_text text, const char *others)
{
    if (text.ptr == NULL) {
        return NANGO_E_MISSING;
    }
    if (text.len - 1 >= 255) {
        return text.len == 0 ? NANGO_E_TOO_SHORT : NANGO_E_TOO_LONG;
    }
    size_t dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *other = others;
        while (*other != '\0' && *other != text.ptr[i]) {
            other++;
        }
        if (*other == '\0' && !is_letter_or_digit(text.ptr[i])) {
            return NANGO_E_FORMAT;
        }
        dots += text.ptr[i] == '.';
    }
    return dots == text.len && dots < 3 ? NANGO_E_FORMAT : 0;
}

int calls_check_id(struct client *c, struct nango_text id)
{
    int error = check_segment(id, ",.;:=+~[]|@${}\"'\\/_ -");
    return error == 0 ? 0 : calls_refuse(c, error, "connection_id");
}

int calls_check_key(struct client *c, struct nango_text key, const char *member)
{
    int error = check_segment(key, "~:.@_ -");
    return error == 0 ? 0 : calls_refuse(c, error, member);
}

int calls_open_connection(struct nango_client *client, struct nango_result *result,
                          const struct nango_connection *connection)
{
    struct client *c = client_inside(client);
    int rc = calls_open(client, result, connection);
    if (rc == 0) {
        rc = calls_check_key(c, connection->provider_config_key, "provider_config_key");
    }
    return rc == 0 ? calls_check_id(c, connection->connection_id) : rc;
}

/* ---- what is sent ---------------------------------------------------------------------------- */

int calls_check(struct client *c, uint8_t part)
{
    c->rq.part = part;
    int rc = check_connection(&c->rq, c->out, c->work, c->work_cap);
    /* The answers to these calls do not name the connection. */
    c->rq.connection_id = (struct nango_text){NULL, 0};
    c->rq.id_sum = 0;
    return rc == 0 ? 0 : client_end(c, rc == NANGO_E_SOURCE ? NANGO_NOT_SENT : NANGO_REFUSED, rc);
}

static int is_zero(const void *memory, size_t len)
{
    const char *bytes = memory;
    while (len > 0 && bytes[len - 1] == 0) {
        len--;
    }
    return len == 0;
}

int calls_check_changes(struct client *c)
{
    const struct nango_connection *given = c->rq.connection;
    const char *member = !is_zero(&given->credentials, sizeof given->credentials) ? "credentials"
                         : request_has_source(&given->metadata)                   ? "metadata"
                         : request_has_source(&given->connection_config) ? "connection_config"
                         : request_has_source(&given->body)              ? "body"
                                                                         : NULL;
    return member != NULL ? calls_refuse(c, NANGO_E_UNKNOWN, member) : calls_check(c, 1);
}

/* Of all that is in a connection: what can be changed. */
struct changes {
    struct request_writer writer;
    uint8_t depth;
    uint8_t skipped; /* 1: the member that is being walked over is another */
};

static int put_change(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct changes *u = ctx;
    u->depth = (uint8_t)(u->depth - (event == JSON_END));
    if (event == JSON_KEY && u->depth == 1) {
        u->skipped = *bytes == 'p' || *bytes == 'c'; /* provider_config_key, connection_id */
    }
    int skipped = u->skipped && u->depth > 0;
    u->depth = (uint8_t)(u->depth + (event == JSON_OBJECT));
    return skipped ? 0 : request_put(&u->writer, event, bytes, len);
}

void calls_put_changes(struct window *w, const void *rq, char before)
{
    struct changes u = {{w, before}, 1, 0};
    size_t begin = w->len;
    request_walk(rq, (struct json_sink){put_change, &u});
    if (before == '{' && w->len == begin + 1) { /* nothing but the end: {} is a request, too */
        w->len = begin;
        http_put(w, "{}", 2);
    }
}

static int skip(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    (void)bytes, (void)len;
    if (event != JSON_KEY && event < JSON_END) {
        *(int *)ctx = event == JSON_OBJECT;
    } else if (event != JSON_KEY && event != JSON_END) {
        return NANGO_E_KIND; /* a scalar */
    }
    return *(int *)ctx ? JSON_SKIP : NANGO_E_KIND;
}

int calls_check_source(struct client *c, const struct nango_source *source, const char *member)
{
    struct json *json = (struct json *)(void *)c->out->room;
    int is_object = 0, error = 0;
    size_t used;
    json_init(json, (struct json_sink){skip, &is_object});
    for (size_t off = 0, len; off < source->len && error == 0; off += len) {
        len = source->len - off < c->work_cap ? source->len - off : c->work_cap;
        c->out->cause = out_read(source, off, c->work, len);
        error = c->out->cause != 0 ? NANGO_E_SOURCE : json_feed(json, c->work, len, &used);
        c->rq.sum = out_sum(c->rq.sum, c->work, len);
    }
    if (error == 0) {
        error = json_finish(json);
    }
    c->out->offset = error != 0 ? json->offset : 0;
    c->out->message[0] = '\0';
    return error == 0                ? 0
           : error == NANGO_E_SOURCE ? client_end(c, NANGO_NOT_SENT, error)
                                     : calls_refuse(c, error, member);
}

void calls_expect(struct client *c, struct nango_text text)
{
    c->rq.id_sum = out_sum(OUT_SUM_START, text.ptr, text.ptr != NULL ? text.len : 0);
}

/* ---- targets --------------------------------------------------------------------------------- */

void calls_put_encoded(struct window *w, struct nango_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (is_letter_or_digit((char)c) || c == '-' || c == '.' || c == '_' || c == '~') {
            http_put_char(w, (char)c);
        } else {
            http_put_char(w, '%');
            http_put_char(w, "0123456789ABCDEF"[c >> 4]);
            http_put_char(w, "0123456789ABCDEF"[c & 15]);
        }
    }
}

void calls_put_query(struct window *w, char *first, const char *name, struct nango_text text)
{
    if (text.ptr != NULL) {
        http_put_char(w, *first);
        *first = '&';
        http_put_str(w, name);
        http_put_char(w, '=');
        calls_put_encoded(w, text);
    }
}

void calls_connection_target(struct window *w, const void *rq)
{
    const struct nango_connection *connection = calls_args(rq);
    char first = '?';
    http_put_str(w, "/connections/");
    calls_put_encoded(w, connection->connection_id);
    calls_put_query(w, &first, "provider_config_key", connection->provider_config_key);
}
