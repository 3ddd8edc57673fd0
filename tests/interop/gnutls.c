/* SPDX-License-Identifier: MIT */
#include "terminator.h"

#include <gnutls/gnutls.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static gnutls_certificate_credentials_t credentials;
static gnutls_priority_t priority;
static gnutls_datum_t ticket_key;
static int wants_client;

static void must(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "GnuTLS: %s\n", gnutls_strerror(rc));
        exit(1);
    }
}

void library_init(const struct terminator *t)
{
    char text[64];
    must(gnutls_certificate_allocate_credentials(&credentials));
    must(gnutls_certificate_set_x509_key_file(credentials, t->chain, t->key, GNUTLS_X509_FMT_PEM));
    wants_client = t->clients != NULL;
    if (wants_client) {
        must(gnutls_certificate_set_x509_trust_file(credentials, t->clients, GNUTLS_X509_FMT_PEM));
    }
    snprintf(text, sizeof text, "NORMAL:-VERS-ALL:+VERS-TLS%s", t->version);
    must(gnutls_priority_init(&priority, text, NULL));
    must(gnutls_session_ticket_key_generate(&ticket_key));
}

void *library_accept(int fd, const char **says)
{
    static char line[512];
    gnutls_session_t s;
    must(gnutls_init(&s, GNUTLS_SERVER));
    must(gnutls_priority_set(s, priority));
    must(gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, credentials));
    must(gnutls_session_ticket_enable_server(s, &ticket_key));
    if (wants_client) {
        gnutls_certificate_server_set_request(s, GNUTLS_CERT_REQUIRE);
        gnutls_session_set_verify_cert(s, NULL, 0);
    }
    gnutls_transport_set_int(s, fd);
    int rc;
    do {
        rc = gnutls_handshake(s);
    } while (rc < 0 && !gnutls_error_is_fatal(rc));
    if (rc < 0) {
        snprintf(line, sizeof line, "failed: %s", gnutls_strerror(rc));
        *says = line;
        gnutls_deinit(s);
        return NULL;
    }
    char *what = gnutls_session_get_desc(s);
    snprintf(line, sizeof line, "%s %s%s", what, gnutls_session_is_resumed(s) ? "resumed" : "full",
             gnutls_certificate_get_peers(s, &(unsigned){0}) != NULL ? " client" : "");
    gnutls_free(what);
    *says = line;
    return s;
}

int library_read(void *session, void *buf, int cap)
{
    ssize_t n;
    do {
        n = gnutls_record_recv(session, buf, (size_t)cap);
    } while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
    return (int)n;
}

int library_write(void *session, const void *buf, int len)
{
    return (int)gnutls_record_send(session, buf, (size_t)len);
}

void library_end(void *session)
{
    gnutls_bye(session, GNUTLS_SHUT_WR);
    gnutls_deinit(session);
}
