/* SPDX-License-Identifier: MIT
 *
 * print: text to a descriptor, without stdio and without a heap. What was not written here (names
 * of files, ids, words of a server) goes out with its control characters and broken UTF-8 escaped,
 * so that it can neither drive a terminal nor break a line of JSON.
 */
#ifndef PRINT_H
#define PRINT_H

#include <stddef.h>

enum { PRINT_CAP = 2048 };

struct printer {
    int fd;    /* -1: a text in memory, of which buf holds the beginning */
    int error; /* errno of the first write that failed */
    size_t len;
    char buf[PRINT_CAP];
};
extern struct printer print_out, print_err;

/* As it stands. */
void print_bytes(struct printer *p, const char *bytes, size_t len);
/* For people: \xNN for each byte that is not part of a printable character. */
void print_text(struct printer *p, const char *text, size_t len);
/* A JSON string with its quotes. */
void print_json(struct printer *p, const char *text, size_t len);
/* Knows %s and %.*s (as print_text does), %d, %u, %zu, %llu, %x and %%; the format itself goes out
 * as it stands. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void print_f(struct printer *p, const char *format, ...);
/* Returns 0, or -1 once a write has failed. */
int print_flush(struct printer *p);

#endif
