/* SPDX-License-Identifier: MIT
 *
 * client_message: the request, window by window. A file of its own, since its stack need not lie
 * below that of reading an answer.
 */
#include "client.h"

#include "out.h"

static void message(struct client *c, struct window *w)
{
    struct http_request h = {
        .method = c->call->method,
        .prefix = c->prefix,
        .target = c->call->target,
        .body = c->call->body,
        .ctx = &c->rq,
        .body_len = c->rq.body_len,
        .host = c->tls.host,
        .tcp_port = c->tls.tcp_port == client_default_port(c->tls.plain) ? 0 : c->tls.tcp_port,
        .bearer = {c->call->flags & CLIENT_KEYLESS ? NULL : c->secret_key.ptr, c->secret_key.len},
        .user_agent = c->user_agent,
    };
    http_write(w, &h);
}

int client_fill(struct client *c)
{
    struct window w = {
        .buf = c->work, .off = c->sent, .cap = c->work_cap - CLIENT_STAGING, .sum = c->sum};
    message(c, &w);
    if (c->message_len == 0) {
        c->message_len = w.len;
    }
    size_t left = c->message_len - c->sent;
    c->at = 0;
    c->filled = left < w.cap ? left : w.cap;
    c->sum = w.sum;
    c->tls.cause = w.cause;
    if (w.error != 0) {
        return w.error;
    }
    /* The last byte leaves only if all are those that were checked. */
    return w.len != c->message_len ||
                   (c->filled == left && c->call->body != NULL && c->sum != c->rq.sum)
               ? NANGO_E_SOURCE_CHANGED
               : 0;
}
