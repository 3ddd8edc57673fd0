/* SPDX-License-Identifier: MIT */
#include "flags.h"

#include "request.h"
#include "secret.h"

#include <string.h>

/* ---- names ----------------------------------------------------------------------------------- */

/* Flags that are not called by the rule. */
static const char *const renamed[][2] = {
    {"provider_config_key", "integration"}, {"connection_id", "id"}, {"tags", "tag"}};

static int is(const char *name, size_t len, const char *known)
{
    return strlen(known) == len && memcmp(name, known, len) == 0;
}

/* How many bytes of the flag's name spell this member; 0: it is another. */
static size_t spell(const char *member, const char *name, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof renamed / sizeof renamed[0]; i++) {
        if (strcmp(member, renamed[i][0]) == 0) {
            member = renamed[i][1];
        }
    }
    for (; *member != 0; member++) {
        int upper = *member >= 'A' && *member <= 'Z';
        char c = *member == '_' ? '-' : upper ? (char)(*member + 'a' - 'A') : *member;
        if (upper && (at == len || name[at++] != '-')) {
            return 0;
        }
        if (at == len || name[at++] != c) {
            return 0;
        }
    }
    return at;
}

/* The members of credentials are flags by themselves, those of other objects have its name before
 * theirs. */
static const struct member *find(const char *name, size_t len)
{
    const struct member *m = request_members, *object = m;
    for (m++; m->depth > 0; m++) {
        size_t at = 0;
        if (m->kind == MEMBER_OBJECT) {
            object = m;
        }
        int is_own = object == request_members || strcmp(object->name, "credentials") == 0;
        if (m->depth > object->depth && !is_own) {
            at = spell(object->name, name, len);
            if (at == 0 || at >= len || name[at++] != '-') {
                continue;
            }
        }
        if (m->kind < MEMBER_STRINGS && m->kind != MEMBER_ACCOUNT &&
            spell(m->name, name + at, len - at) == len - at) {
            return m;
        }
    }
    return NULL;
}

static int is_credential(const struct member *m)
{
    size_t at = m->at * sizeof(void *);
    return at >= offsetof(struct nango_connection, credentials) &&
           at < offsetof(struct nango_connection, metadata);
}

/* The types whose credentials have this flag, a bit for each. */
static unsigned types_with(const char *name, size_t len)
{
    unsigned types = is(name, len, "basic") ? 1u << NANGO_BASIC : 0;
    const struct member *m = find(name, len);
    for (unsigned t = 0; t < NANGO_TYPES_LEN && m != NULL && is_credential(m); t++) {
        types |= (unsigned)((m->types & request_type_bit(t)) != 0) << t;
    }
    return types;
}

int flags_know(const char *name, size_t len)
{
    return find(name, len) != NULL || types_with(name, len) != 0;
}

/* ---- the type -------------------------------------------------------------------------------- */

static int type_named(const struct options_given *g, unsigned *types)
{
    for (unsigned t = 0; t < NANGO_TYPES_LEN; t++) {
        if (strcmp(request_types[t], g->value) == 0 && (types_with("type", 4) >> t & 1) != 0) {
            *types &= 1u << t;
            return 0;
        }
    }
    return FAIL(EXIT_USAGE,
                "--type %s: the types are OAUTH2, OAUTH2_CC, OAUTH1, API_KEY, BASIC, TBA, APP, "
                "CUSTOM and NONE",
                g->value);
}

static int no_type(unsigned types, const char *first, int first_len, const char *last, int last_len)
{
    if (first == NULL) {
        return FAIL(EXIT_USAGE, "which credential? --api-key @FILE, --access-token @FILE, --basic "
                                "USER:@FILE, ..., or --type NONE for none; see nangoc --help");
    }
    if (types == 0) {
        return FAIL(EXIT_USAGE, "--%.*s and --%.*s are not of one credentials type", first_len,
                    first, last_len, last);
    }
    print_f(&print_err, "nangoc: several credentials types have these flags; add one of");
    for (unsigned t = 0; t < NANGO_TYPES_LEN; t++) {
        if ((types >> t & 1) != 0) {
            print_f(&print_err, " --type %s", request_types[t]);
        }
    }
    print_f(&print_err, "\n");
    print_flush(&print_err);
    return EXIT_USAGE;
}

static int find_type(const struct options *o, enum nango_type *type)
{
    const struct options_given *first = NULL, *g = o->given;
    unsigned types = (1u << NANGO_TYPES_LEN) - 1;
    for (; g < o->given + o->given_len && types != 0; g++) {
        unsigned with = types_with(g->name, g->name_len);
        if (with == 0) {
            continue;
        }
        first = first != NULL ? first : g;
        types &= with;
        int rc = is(g->name, g->name_len, "type") ? type_named(g, &types) : 0;
        if (rc != 0) {
            return rc;
        }
    }
    if (first == NULL || types == 0 || (types & (types - 1)) != 0) {
        return first == NULL ? no_type(0, NULL, 0, NULL, 0)
                             : no_type(types, first->name, (int)first->name_len, g[-1].name,
                                       (int)g[-1].name_len);
    }
    *type = 0;
    while ((types >> *type & 1) == 0) {
        ++*type;
    }
    return 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

static int is_secret(const struct member *m)
{
    return is_credential(m) && m->kind != MEMBER_TIME &&
           !secret_is_public(m->name, strlen(m->name));
}

static int set_time(struct nango_time *time, struct nango_text text)
{
    uint64_t ms = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || text.len > 18) {
            time->iso = text;
            return 0;
        }
        ms = ms * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    if (ms == 0) { /* which the struct cannot tell from "not given" */
        time->iso = text;
    }
    time->epoch_ms = ms;
    return 0;
}

static int set_tag(struct nango_tags *tags, struct nango_tag *list, const struct options_given *g)
{
    size_t len = strcspn(g->value, "=");
    if (g->value[len] == 0) {
        return FAIL(EXIT_USAGE, "--%.*s %s: needs KEY=VALUE", (int)g->name_len, g->name, g->value);
    }
    if (tags->len == FLAGS_TAGS_MAX) {
        return FAIL(EXIT_USAGE, "more than 10 --%.*s", (int)g->name_len, g->name);
    }
    list[tags->len++] =
        (struct nango_tag){{g->value, len}, {g->value + len + 1, strlen(g->value + len + 1)}};
    tags->list = list;
    return 0;
}

static int set_json(struct nango_source *source, struct source_file *file, const char *flag,
                    const char *value)
{
    struct nango_text text = {value, strlen(value)};
    int is_file = value[0] == '@' && strcmp(value, "@-") != 0;
    int why = is_file ? source_open(file, value + 1, source) : -1;
    if (why == 0) {
        return 0;
    }
    if (why > 0) {
        return FAIL(EXIT_LOCAL, "--%s: cannot open %s: %s", flag, value + 1, strerror(why));
    }
    int rc =
        is_file ? secret_read_all(file->fd, value + 1, &text) : secret_value(flag, value, 0, &text);
    *source = (struct nango_source){.len = text.len, .mem = text.ptr};
    return rc;
}

/* ---- all together ---------------------------------------------------------------------------- */

/* USER:SECRET, USER: with no password, or @FILE with USER:PASSWORD in it. */
static int set_basic(struct flags *f, const char *value)
{
    struct nango_text *user = &f->connection.credentials.basic.username;
    struct nango_text *password = &f->connection.credentials.basic.password;
    if (value[0] == '@' || strncmp(value, "env:", 4) == 0) {
        struct nango_text both;
        int rc = secret_value("basic", value, 1, &both);
        const char *colon = rc == 0 ? memchr(both.ptr, ':', both.len) : NULL;
        if (rc == 0 && colon == NULL) {
            return FAIL(EXIT_USAGE, "--basic %s: there is no colon in it; it needs USER:PASSWORD",
                        value);
        }
        if (rc == 0) {
            *user = (struct nango_text){both.ptr, (size_t)(colon - both.ptr)};
            *password = (struct nango_text){colon + 1, both.len - user->len - 1};
            secret_keep(*password);
        }
        return rc;
    }
    size_t len = strcspn(value, ":");
    if (value[len] == 0) {
        return FAIL(EXIT_USAGE, "--basic needs USER:@FILE, USER:env:NAME, USER: or @FILE");
    }
    *user = (struct nango_text){value, len};
    *password = (struct nango_text){value + len + 1, 0};
    return value[len + 1] == 0 ? 0 : secret_value("basic", value + len + 1, 1, password);
}

static int set(struct flags *f, const struct options_given *g)
{
    struct nango_connection *c = &f->connection;
    char flag[64];
    const struct member *m = find(g->name, g->name_len);
    struct nango_text text;
    if (is(g->name, g->name_len, "basic")) {
        return set_basic(f, g->value);
    }
    memcpy(flag, g->name, g->name_len); /* known names are short */
    flag[g->name_len] = 0;
    void *at = (char *)c + m->at * sizeof(void *);
    switch (m->kind) {
    case MEMBER_TYPE: return 0;
    case MEMBER_TAGS: return set_tag(at, f->tags[at != &c->tags], g);
    case MEMBER_JSON:
    case MEMBER_CONFIG: return set_json(at, &f->files[m->kind == MEMBER_CONFIG], flag, g->value);
    default: break;
    }
    int rc = secret_value(flag, g->value, is_secret(m), &text);
    if (rc == 0 && m->kind == MEMBER_TIME) {
        return set_time(at, text);
    }
    *(struct nango_text *)at = text;
    return rc;
}

static int takes(const char *names, const struct options_given *g)
{
    const char *at = names;
    while (at != NULL && (at = strchr(at, ' ')) != NULL) {
        at++;
        if (strncmp(at, g->name, g->name_len) == 0 && at[g->name_len] == ' ') {
            return 1;
        }
    }
    return names == NULL;
}

int flags_read(struct flags *f, const struct options *o, const char *names, int with_credential)
{
    int rc = with_credential ? find_type(o, &f->connection.credentials.type) : 0;
    for (size_t i = 0; i < o->given_len && rc == 0; i++) {
        const struct options_given *g = &o->given[i];
        if (!takes(names, g) && !(with_credential && types_with(g->name, g->name_len) != 0)) {
            return FAIL(EXIT_USAGE, "nangoc %s takes no --%.*s; see nangoc help connections",
                        o->command, (int)g->name_len, g->name);
        }
        for (size_t k = 0; k < i; k++) {
            if (is(g->name, g->name_len, "tag") || is(g->name, g->name_len, "end-user-tag")) {
                break;
            }
            if (g->name_len == o->given[k].name_len &&
                memcmp(g->name, o->given[k].name, g->name_len) == 0) {
                return FAIL(EXIT_USAGE, "--%.*s is given twice", (int)g->name_len, g->name);
            }
        }
        rc = set(f, g);
    }
    return rc;
}
