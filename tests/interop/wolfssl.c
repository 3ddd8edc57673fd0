/* SPDX-License-Identifier: MIT */
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

#include "terminator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static WOLFSSL_CTX *context;

static void must(int is, const char *what)
{
    if (!is) {
        fprintf(stderr, "wolfSSL: %s\n", what);
        exit(1);
    }
}

void library_init(const struct terminator *t)
{
    int is_12 = strcmp(t->version, "1.2") == 0;
    wolfSSL_Init();
    context = wolfSSL_CTX_new(is_12 ? wolfTLSv1_2_server_method() : wolfTLSv1_3_server_method());
    must(context != NULL, "context");
    must(wolfSSL_CTX_use_certificate_chain_file(context, t->chain) == SSL_SUCCESS, t->chain);
    must(wolfSSL_CTX_use_PrivateKey_file(context, t->key, SSL_FILETYPE_PEM) == SSL_SUCCESS, t->key);
    if (t->clients != NULL) {
        must(wolfSSL_CTX_load_verify_locations(context, t->clients, NULL) == SSL_SUCCESS,
             t->clients);
        wolfSSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
}

void *library_accept(int fd, const char **says)
{
    static char line[512];
    WOLFSSL *s = wolfSSL_new(context);
    must(s != NULL && wolfSSL_set_fd(s, fd) == SSL_SUCCESS, "session");
    if (wolfSSL_accept(s) != SSL_SUCCESS) {
        snprintf(line, sizeof line, "failed: %d", wolfSSL_get_error(s, -1));
        *says = line;
        wolfSSL_free(s);
        return NULL;
    }
    snprintf(line, sizeof line, "%s %s %s%s", wolfSSL_get_version(s), wolfSSL_get_cipher(s),
             wolfSSL_session_reused(s) ? "resumed" : "full",
             wolfSSL_get_peer_certificate(s) != NULL ? " client" : "");
    *says = line;
    return s;
}

int library_read(void *session, void *buf, int cap)
{
    return wolfSSL_read(session, buf, cap);
}

int library_write(void *session, const void *buf, int len)
{
    return wolfSSL_write(session, buf, len);
}

void library_end(void *session)
{
    wolfSSL_shutdown(session);
    wolfSSL_free(session);
}
