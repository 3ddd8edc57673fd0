/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "flags.h"

#include <stddef.h>
#include <string.h>

enum { SWITCH, TEXT, SECONDS };

static const struct flag {
    const char *name;
    char letter;
    uint8_t kind;
    uint16_t offset;
} flags[] = {
    {"help", 'h', SWITCH, offsetof(struct options, help)},
    {"version", 'V', SWITCH, offsetof(struct options, version)},
    {"json", 0, SWITCH, offsetof(struct options, json)},
    {"quiet", 'q', SWITCH, offsetof(struct options, quiet)},
    {"verbose", 'v', SWITCH, offsetof(struct options, verbose)},
    {"insecure-http", 0, SWITCH, offsetof(struct options, insecure_http)},
    {"secret-key", 0, TEXT, offsetof(struct options, secret_key)},
    {"ca", 0, TEXT, offsetof(struct options, ca)},
    {"timeout", 0, SECONDS, offsetof(struct options, timeout_ms)},
};

static const struct flag *find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strncmp(flags[i].name, name, len) == 0 && flags[i].name[len] == 0) {
            return &flags[i];
        }
    }
    return NULL;
}

static int set_seconds(const char *text, uint32_t *ms)
{
    uint32_t s = 0;
    const char *p = text;
    for (; *p >= '0' && *p <= '9' && s <= 86400; p++) {
        s = s * 10 + (uint32_t)(*p - '0');
    }
    if (*p != 0 || s == 0 || s > 86400) {
        return FAIL(EXIT_USAGE, "--timeout %s: needs a number of seconds from 1 to 86400", text);
    }
    *ms = s * 1000;
    return 0;
}

static void set_switch(struct options *o, const struct flag *f)
{
    *(int *)(void *)((char *)o + f->offset) = 1;
}

static int set_value(struct options *o, const struct flag *f, const char *value)
{
    void *at = (char *)o + f->offset;
    if (f->kind == SECONDS) {
        return set_seconds(value, at);
    }
    *(const char **)at = value;
    return 0;
}

static int set_letters(struct options *o, const char *letters)
{
    for (; *letters != 0; letters++) {
        size_t i = 0;
        while (i < sizeof flags / sizeof flags[0] && flags[i].letter != *letters) {
            i++;
        }
        if (i == sizeof flags / sizeof flags[0]) {
            return FAIL(EXIT_USAGE, "unknown option -%.*s; see nangoc --help", 1, letters);
        }
        set_switch(o, &flags[i]);
    }
    return 0;
}

/* --NAME, --NAME=VALUE, --NAME VALUE; *next is the argument behind. Of what is not known only the
 * name is repeated: its value may be a secret. */
static int set_long(struct options *o, const char *name, char ***next)
{
    size_t len = strcspn(name, "=");
    const struct flag *f = find(name, len);
    int has_value = name[len] == '=';
    const char *value = has_value ? name + len + 1 : NULL;
    if (f == NULL && !flags_know(name, len)) {
        return FAIL(EXIT_USAGE, "unknown option --%.*s; see nangoc --help", (int)len, name);
    }
    if (f != NULL && f->kind == SWITCH) {
        set_switch(o, f);
        return has_value ? FAIL(EXIT_USAGE, "--%s takes no value", f->name) : 0;
    }
    if (value == NULL && **next != NULL) {
        value = *(*next)++;
    }
    if (value == NULL) {
        return FAIL(EXIT_USAGE, "--%.*s needs a value", (int)len, name);
    }
    if (f != NULL) {
        return set_value(o, f, value);
    }
    if (o->given_len == OPTIONS_GIVEN_MAX) {
        return FAIL(EXIT_USAGE, "more than %d flags", OPTIONS_GIVEN_MAX);
    }
    o->given[o->given_len++] = (struct options_given){name, len, value};
    return 0;
}

int options_parse(struct options *o, char **argv)
{
    char **next = argv + (*argv != NULL);
    int flags_ended = 0, rc = 0;
    o->argv = argv;
    o->files = argv; /* filled from the front, which has been read by then */
    while (rc == 0 && *next != NULL) {
        char *arg = *next++;
        if (flags_ended || arg[0] != '-' || arg[1] == 0) {
            o->files[o->files_len++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            flags_ended = 1;
        } else {
            rc = arg[1] == '-' ? set_long(o, arg + 2, &next) : set_letters(o, arg + 1);
        }
    }
    if (o->files_len > 0) { /* the first is the command */
        o->command = *o->files++;
        o->files_len--;
    }
    return rc;
}
