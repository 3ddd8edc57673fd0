/* SPDX-License-Identifier: MIT
 *
 * options: the command line (README, "The program").
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "nangoc.h"

enum { OPTIONS_GIVEN_MAX = 48, OPTIONS_COLUMNS_MAX = 64, OPTIONS_PARALLEL_MAX = 64 };

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
    struct options_given columns[OPTIONS_COLUMNS_MAX]; /* --map and --set, as they came */
    size_t columns_len;
    const char *secret_key; /* NULL: the environment's; so for all that follow */
    const char *ca;
    const char *proxy, *proxy_auth;
    const char *format, *delimiter;
    const char *journal, *results, *rejects;
    const char *rate, *reserve, *max_refused;
    const char *if_exists, *shard;
    const char *field, *out, *search;
    uint32_t timeout_ms; /* 0: the library's */
    uint32_t parallel;   /* 1..OPTIONS_PARALLEL_MAX */
    uint32_t limit;      /* 0: none */
    int help, version, json, quiet, verbose, insecure_http;
    int restart, same_environment, dry_run, online, keep_empty;
    int force_refresh, yes;
    char **argv; /* as it was where there are no files */
};

/* *o is zero. The files are kept in argv. */
int options_parse(struct options *o, char **argv);

/* A number in decimal digits up to `most`; *text is moved behind it. UINT32_MAX: there is none. */
uint32_t options_number(const char **text, uint32_t most);

#endif
