/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include "request.h"
#include "secret.h"

#include <string.h>

enum { NAMES_CAP = 8192, PATH_MAX_LEN = 250 };

static char names[NAMES_CAP]; /* of the header */
static size_t names_len;

static int is_map(const struct options_given *g)
{
    return g->name[0] == 'm';
}

/* ---- members by their path ------------------------------------------------------------------- */

static size_t name_len(const char *path)
{
    return strcspn(path, ".");
}

static int add_name(struct column *c, const char *end)
{
    if (c->depth == COLUMNS_DEPTH || end - c->path > PATH_MAX_LEN) {
        return 0;
    }
    c->end[c->depth++] = (uint8_t)(end - c->path);
    return 1;
}

/* What is inside a member that is itself no table of members: names of anybody's choice. */
static int read_free(struct column *c, const char *at)
{
    size_t len;
    do {
        len = name_len(at);
        if (len == 0 || !add_name(c, at + len)) {
            return 0;
        }
        at += len + 1;
    } while (at[-1] == '.');
    return 1;
}

static int read_object(struct column *c, const struct member *object, const char *at);

static int read_member(struct column *c, const struct member *m, const char *at, size_t len)
{
    const char *rest = at[len] == '.' ? at + len + 1 : NULL;
    if (!add_name(c, at + len)) {
        return 0;
    }
    c->kind = m->kind == MEMBER_TIME                               ? COLUMN_TIME
              : m->kind == MEMBER_JSON || m->kind == MEMBER_CONFIG ? COLUMN_JSON
                                                                   : COLUMN_TEXT;
    switch (m->kind) {
    case MEMBER_TAGS: /* their keys may have dots */
        return rest != NULL && *rest != 0 && add_name(c, rest + strlen(rest));
    case MEMBER_JSON:
    case MEMBER_CONFIG:
        c->kind = rest != NULL ? COLUMN_TEXT : COLUMN_JSON;
        return rest == NULL || read_free(c, rest);
    case MEMBER_OBJECT: return rest != NULL && read_object(c, m, rest);
    default: return rest == NULL;
    }
}

static int read_object(struct column *c, const struct member *object, const char *at)
{
    size_t len = name_len(at);
    for (const struct member *m = object + 1; m->depth > object->depth; m++) {
        if (m->depth != object->depth + 1u) {
            continue;
        }
        if (strlen(m->name) == len && memcmp(m->name, at, len) == 0) {
            return read_member(c, m, at, len);
        }
    }
    return 0;
}

static int read_path(struct column *c, const char *path)
{
    c->path = path;
    c->depth = 0;
    return read_object(c, request_members, path);
}

/* ---- columns --------------------------------------------------------------------------------- */

static int too_many(void)
{
    return FAIL(EXIT_USAGE, "more than %d columns and --set", COLUMNS_MAX);
}

/* The name with a NUL behind it. */
static const char *keep(struct nango_text name)
{
    char *at = names + names_len;
    if (name.len >= sizeof names - names_len) {
        return NULL;
    }
    memcpy(at, name.ptr, name.len);
    at[name.len] = 0;
    names_len += name.len + 1;
    return at;
}

void columns_begin(struct columns *c)
{
    *c = (struct columns){.len = 0};
    names_len = 0;
}

/* What the options make of a column's name; NULL: it is left as it is. */
static const char *mapped(const struct options *o, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < o->columns_len; i++) {
        const char *value = o->columns[i].value, *is = strrchr(value, '=');
        if (is_map(&o->columns[i]) && is != NULL && (size_t)(is - value) == len &&
            memcmp(value, name, len) == 0) {
            return is + 1;
        }
    }
    return NULL;
}

int columns_add(struct columns *c, const struct options *o, struct nango_text text)
{
    const char *name = keep(text);
    if (name == NULL || c->fields == COLUMNS_MAX || c->len == COLUMNS_MAX) {
        return too_many();
    }
    struct column *column = &c->list[c->len];
    const char *path = mapped(o, name);
    column->field = (int16_t)c->fields++;
    if (path != NULL && *path == 0) {
        return 0;
    }
    if (!read_path(column, path != NULL ? path : name)) {
        return path != NULL
                   ? FAIL(EXIT_USAGE, "--map %s=%s: Nango has no such member", name, path)
                   : FAIL(EXIT_USAGE,
                          "the column %s is no member of Nango: say which one it is (--map '%s="
                          "credentials.access_token', say), or leave it out: --map '%s='",
                          name, name, name);
    }
    c->len++;
    return 0;
}

static int add_constant(struct columns *c, const struct options_given *g)
{
    size_t len = strcspn(g->value, "=");
    const char *path = keep((struct nango_text){g->value, len});
    if (path == NULL || c->len == COLUMNS_MAX) {
        return too_many();
    }
    struct column *column = &c->list[c->len++];
    column->field = -1;
    if (g->value[len] == 0 || !read_path(column, path)) {
        return FAIL(EXIT_USAGE, "--set %s: needs MEMBER=VALUE, as credentials.type=API_KEY", path);
    }
    const char *last = path + (column->depth > 1 ? column->end[column->depth - 2] + 1 : 0);
    int secret = strncmp(path, "credentials.", 12) == 0 && !secret_is_public(last, strlen(last));
    return secret_value("set", g->value + len + 1, secret, &column->value);
}

/* Was every --map of use? A misspelt one would leave a column out without a word. */
static int check_maps(const struct options *o)
{
    for (size_t i = 0; i < o->columns_len; i++) {
        const char *value = o->columns[i].value, *is = strrchr(value, '='), *name = names;
        if (!is_map(&o->columns[i])) {
            continue;
        }
        size_t len = is != NULL ? (size_t)(is - value) : 0;
        while (name < names + names_len && (strlen(name) != len || memcmp(name, value, len) != 0)) {
            name += strlen(name) + 1;
        }
        if (name == names + names_len) {
            return FAIL(EXIT_USAGE, "--map %s: the header has no such column", value);
        }
    }
    return 0;
}

/* A dot before everything else, so that what is inside a member stands behind it. */
static int compare(const char *a, const char *b)
{
    while (*a == *b && *a != 0) {
        a++, b++;
    }
    return (*a == '.' ? 1 : (unsigned char)*a) - (*b == '.' ? 1 : (unsigned char)*b);
}

static void sort(struct columns *c)
{
    for (unsigned i = 1; i < c->len; i++) {
        struct column one = c->list[i];
        unsigned k = i;
        for (; k > 0 && compare(c->list[k - 1].path, one.path) > 0; k--) {
            c->list[k] = c->list[k - 1];
        }
        c->list[k] = one;
    }
}

static int has(const struct columns *c, const char *path)
{
    unsigned i = 0;
    while (i < c->len && strcmp(c->list[i].path, path) != 0) {
        i++;
    }
    return i < c->len;
}

int columns_end(struct columns *c, const struct options *o)
{
    int rc = check_maps(o);
    for (size_t i = 0; i < o->columns_len && rc == 0; i++) {
        rc = is_map(&o->columns[i]) ? 0 : add_constant(c, &o->columns[i]);
    }
    sort(c);
    for (unsigned i = 1; i < c->len && rc == 0; i++) {
        const char *before = c->list[i - 1].path, *path = c->list[i].path;
        size_t len = strlen(before);
        if (strncmp(before, path, len) == 0 && (path[len] == 0 || path[len] == '.')) {
            rc = FAIL(EXIT_USAGE, "%s and %s are both given: one of them is enough", before, path);
        }
    }
    for (int i = 0; i < 2 && rc == 0; i++) {
        const char *path = i == 0 ? "provider_config_key" : "credentials.type";
        if (!has(c, path)) {
            rc =
                FAIL(EXIT_USAGE,
                     "no column is %s: name it (--map COLUMN=%s), or where it is the same in every "
                     "row, say so: --set %s=%s",
                     path, path, path, i == 0 ? "github" : "API_KEY");
        }
    }
    return rc;
}
