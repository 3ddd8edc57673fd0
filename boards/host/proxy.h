/* SPDX-License-Identifier: MIT
 *
 * proxy: a port that reaches the server through an HTTP proxy: CONNECT (RFC 9110, section 9.3.6),
 * then TLS from end to end, of which the proxy sees nothing.
 */
#ifndef PROXY_H
#define PROXY_H

#include "settings.h"
#include "trace.h"

/* By --proxy, else HTTPS_PROXY (unless NO_PROXY has the host). Returns 0 or an exit code. */
int proxy_set(const struct options *o, const struct settings *s);
/* The port to use: `below` itself, where there is no proxy. ctx: a struct trace. */
const struct nango_port *proxy_port(const struct nango_port *below);
/* What poll(2) is to look for, where the client waits for `events`. */
int proxy_events(const struct trace *t, int events);
/* "host:port"; NULL: there is none. *status: what it said when it refused last; 0: it did not. */
const char *proxy_name(unsigned *status);

#endif
