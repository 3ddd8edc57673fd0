/* SPDX-License-Identifier: MIT
 *
 * call_stage: a client over the scripted network, for tests of calls.
 */
#ifndef CALL_STAGE_H
#define CALL_STAGE_H

#include "fake_port.h"

#define HEAD(status, length) \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nContent-Length: " length "\r\n"
#define OK_HEAD(length) HEAD("200 OK", length) "\r\n"

struct stage {
    struct nango_tls tls;
    struct nango_client client;
    struct nango_result result;
    struct fake fake;
    char work[1024];
};

void stage_start(struct stage *s, const struct fake_connection *script, size_t len);
/* The client once more, without a secret_key. */
void stage_without_key(struct stage *s);
/* The last request began so, and had this body. */
void stage_sent(const struct stage *s, const char *line, const char *body);
/* What holds after every call: the work buffer is wiped, poll says the same again, all connections
 * are closed with the client. */
void stage_end(struct stage *s);

#endif
