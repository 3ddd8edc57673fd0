/* SPDX-License-Identifier: MIT
 *
 * settings: where the server is, whom to trust, with which key: from flags and environment to a
 * client that is ready.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "options.h"

struct settings {
    char host[256];
    char prefix[256];
    uint16_t port; /* 0: the scheme's */
    uint8_t plain;
    const char *url;      /* as it was given */
    const char *ca;       /* the bundle's name; NULL: none was found, or none is needed */
    const char *key_from; /* where the key came from, for messages */
    struct nango_text key;
};

/* Reads flags and environment; takes the key out of the latter. */
int settings_read(struct settings *s, const struct options *o);
/* Where the server is, by an address that a command was given. from: for the error. */
int settings_url(struct settings *s, const char *from, const char *url);
/* The process's TLS, with memory for so many connections. */
int settings_start(struct settings *s, const struct options *o, unsigned connections);
struct nango_tls *settings_tls(void);
void settings_stop(void);
/* A client; the work buffer is its own. */
int settings_client(const struct settings *s, const struct options *o, struct nango_client *client,
                    const struct nango_port *port, void *port_ctx, void *work, size_t work_cap);

#endif
