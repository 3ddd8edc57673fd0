/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "flags.h"

#include <stddef.h>
#include <string.h>

enum { SWITCH, TEXT, SECONDS, COUNT, COLUMN };

#define AT(member) offsetof(struct options, member)

static const struct flag {
    const char *name;
    char letter;
    uint8_t kind;
    uint16_t offset;
    uint32_t most; /* of SECONDS and COUNT, which are at least 1 */
} flags[] = {
    {"help", 'h', SWITCH, AT(help), 0},
    {"version", 'V', SWITCH, AT(version), 0},
    {"json", 0, SWITCH, AT(json), 0},
    {"quiet", 'q', SWITCH, AT(quiet), 0},
    {"verbose", 'v', SWITCH, AT(verbose), 0},
    {"insecure-http", 0, SWITCH, AT(insecure_http), 0},
    {"restart", 0, SWITCH, AT(restart), 0},
    {"same-environment", 0, SWITCH, AT(same_environment), 0},
    {"dry-run", 0, SWITCH, AT(dry_run), 0},
    {"online", 0, SWITCH, AT(online), 0},
    {"keep-empty", 0, SWITCH, AT(keep_empty), 0},
    {"force-refresh", 0, SWITCH, AT(force_refresh), 0},
    {"yes", 'y', SWITCH, AT(yes), 0},
    {"field", 0, TEXT, AT(field), 0},
    {"out", 0, TEXT, AT(out), 0},
    {"search", 0, TEXT, AT(search), 0},
    {"secret-key", 0, TEXT, AT(secret_key), 0},
    {"ca", 0, TEXT, AT(ca), 0},
    {"proxy", 0, TEXT, AT(proxy), 0},
    {"proxy-auth", 0, TEXT, AT(proxy_auth), 0},
    {"format", 0, TEXT, AT(format), 0},
    {"delimiter", 0, TEXT, AT(delimiter), 0},
    {"journal", 0, TEXT, AT(journal), 0},
    {"results", 0, TEXT, AT(results), 0},
    {"rejects", 0, TEXT, AT(rejects), 0},
    {"rate", 0, TEXT, AT(rate), 0},
    {"reserve", 0, TEXT, AT(reserve), 0},
    {"max-refused", 0, TEXT, AT(max_refused), 0},
    {"if-exists", 0, TEXT, AT(if_exists), 0},
    {"shard", 0, TEXT, AT(shard), 0},
    {"map", 0, COLUMN, 0, 0},
    {"set", 0, COLUMN, 0, 0},
    {"timeout", 0, SECONDS, AT(timeout_ms), 86400},
    {"parallel", 0, COUNT, AT(parallel), OPTIONS_PARALLEL_MAX},
    {"limit", 0, COUNT, AT(limit), 1000000000},
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

uint32_t options_number(const char **text, uint32_t most)
{
    uint32_t n = 0;
    const char *p = *text;
    for (; *p >= '0' && *p <= '9' && n <= most; p++) {
        n = n <= (UINT32_MAX - 9) / 10 ? n * 10 + (uint32_t)(*p - '0') : UINT32_MAX;
    }
    n = p == *text || n > most ? UINT32_MAX : n;
    *text = p;
    return n;
}

static int set_number(const struct flag *f, const char *text, uint32_t *number)
{
    const char *end = text;
    *number = options_number(&end, f->most);
    if (*end != 0 || *number == 0 || *number == UINT32_MAX) {
        return FAIL(EXIT_USAGE, "--%s %s: needs a number%s from 1 to %u", f->name, text,
                    f->kind == SECONDS ? " of seconds" : "", f->most);
    }
    *number *= f->kind == SECONDS ? 1000 : 1;
    return 0;
}

static void set_switch(struct options *o, const struct flag *f)
{
    *(int *)(void *)((char *)o + f->offset) = 1;
}

static int set_value(struct options *o, const struct flag *f, const char *value)
{
    void *at = (char *)o + f->offset;
    if (f->kind == SECONDS || f->kind == COUNT) {
        return set_number(f, value, at);
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
    if (f != NULL && f->kind != COLUMN) {
        return set_value(o, f, value);
    }
    struct options_given *list = f != NULL ? o->columns : o->given;
    size_t *list_len = f != NULL ? &o->columns_len : &o->given_len;
    size_t most = f != NULL ? OPTIONS_COLUMNS_MAX : OPTIONS_GIVEN_MAX;
    if (*list_len == most) {
        return FAIL(EXIT_USAGE, "more than %zu flags like --%.*s", most, (int)len, name);
    }
    list[(*list_len)++] = (struct options_given){name, len, value};
    return 0;
}

int options_parse(struct options *o, char **argv)
{
    char **next = argv + (*argv != NULL);
    int flags_ended = 0, rc = 0;
    o->argv = argv;
    o->parallel = 4;
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
