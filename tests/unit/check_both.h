/* SPDX-License-Identifier: MIT
 *
 * check_both: one connection through check.c in every shape that it can have: as a struct, and as
 * the body that the writer makes of it, in memory and from a source in pieces of every size.
 */
#ifndef CHECK_BOTH_H
#define CHECK_BOTH_H

#include "check.h"

/* A source whose bytes come through read_at; *calls counts, call number `fail_at` fails with -7. */
struct pieces {
    const char *bytes;
    size_t calls;
    size_t fail_at;
    size_t change_at; /* from this call on the byte at `change` reads as 'X' */
    size_t change;
};
struct nango_source pieces_source(struct pieces *p, const char *bytes, size_t len);

/* The connection as a struct alone. member: the path that an error names; "" with 0. */
void check_as_struct(const struct nango_connection *connection, int error, const char *member,
                     unsigned warnings);
/* A body, whole and in pieces of 1 to 64 bytes (1, 64 and 1000 where it is long). An offset of
 * SIZE_MAX is not checked. */
void check_as_body(const char *body, size_t len, int error, const char *member, size_t offset,
                   unsigned warnings);
/* Both. The error's place in the body is the end of the member's name. */
void check_both(const struct nango_connection *connection, int error, const char *member,
                unsigned warnings);

/* The least that is right: NONE, with an id. */
extern const struct nango_connection check_least;

#endif
