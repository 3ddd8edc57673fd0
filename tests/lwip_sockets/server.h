/* SPDX-License-Identifier: MIT
 *
 * server: a Nango of one route behind TLS (OpenSSL's) on lwIP's sockets, a thread for each
 * connection. It says 201 to POST /connections and remembers what it was given.
 */
#ifndef SERVER_H
#define SERVER_H

#include "cert.h"

#include <stdint.h>

enum { SERVER_PORT = 7443, SERVER_IDS = 256, SERVER_ID_CAP = 64 };

struct server_row {
    char id[SERVER_ID_CAP]; /* connection_id */
    char key[SERVER_ID_CAP];
    unsigned posts;
};

/* Starts to serve with that certificate, which its issuer signed. */
void server_start(const struct cert *leaf);
/* Once all clients are gone: what it has, rows[0..], and how many; and the most connections that
 * were open at once. */
unsigned server_rows(const struct server_row **rows, unsigned *most_at_once);

#endif
