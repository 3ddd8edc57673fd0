/* SPDX-License-Identifier: MIT
 *
 * terminator: a server of TLS in front of one of plain TCP, for each library that is tried. What a
 * library has to do is the five functions below; the rest is terminator.c.
 */
#ifndef TERMINATOR_H
#define TERMINATOR_H

struct terminator {
    const char *version; /* "1.2" or "1.3", no other is spoken */
    const char *chain;   /* PEM files */
    const char *key;
    const char *clients; /* the root of client certificates, which are then required; NULL: none */
};

/* Once; ends the process where it cannot. */
void library_init(const struct terminator *t);
/* The handshake on a socket that blocks. *says: what came of it, a line. NULL: it failed. */
void *library_accept(int fd, const char **says);
/* > 0: bytes; 0: the end; < 0: an error. */
int library_read(void *session, void *buf, int cap);
int library_write(void *session, const void *buf, int len);
void library_end(void *session);

#endif
