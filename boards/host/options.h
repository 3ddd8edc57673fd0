/* SPDX-License-Identifier: MIT
 *
 * options: the command line (README, "The program").
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "nangoc.h"

enum { OPTIONS_GIVEN_MAX = 48 };

/* A flag of the connection, as it was given: see flags.h. */
struct options_given {
    const char *name; /* without its dashes, NUL- or '='-terminated */
    size_t name_len;
    const char *value;
};

struct options {
    const char *command; /* NULL: none */
    char **files;        /* what else is no flag */
    int files_len;
    struct options_given given[OPTIONS_GIVEN_MAX];
    size_t given_len;
    const char *secret_key; /* NULL: the environment's */
    const char *ca;
    uint32_t timeout_ms; /* 0: the library's */
    int help, version, json, quiet, verbose, insecure_http;
    char **argv; /* as it was where there are no files */
};

/* *o is zero. The files are kept in argv. */
int options_parse(struct options *o, char **argv);

#endif
