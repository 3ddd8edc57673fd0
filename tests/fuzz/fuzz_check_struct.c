/* SPDX-License-Identifier: MIT
 *
 * check, of a struct, and the writer: what check takes is written as JSON, the same in all windows;
 * it has the members that the struct has, with their values and no others; and as a body it gets
 * the same verdict.
 *
 * The input: the credentials type, then members: number, length (ff: absent) and bytes, in the
 * order of the tables.
 */
#include "check.h"
#include "fuzz.h"
#include "out.h"
#include "tree.h"

#include <string.h>

struct input {
    const uint8_t *p, *end;
};

static unsigned next(struct input *in)
{
    return in->p < in->end ? *in->p++ : 0xff;
}

static struct nango_text text(struct input *in)
{
    unsigned len = next(in);
    size_t left = (size_t)(in->end - in->p);
    if (len == 0xff) {
        return (struct nango_text){NULL, 0};
    }
    struct nango_text t = {(const char *)in->p, len < left ? len : left};
    in->p += t.len;
    return t;
}

static struct nango_tag tags[2][12];

static void fill_tags(struct input *in, struct nango_tags *t, struct nango_tag *list)
{
    unsigned n = next(in);
    t->len = n % 16 > 12 ? 0 : n % 16;
    t->list = n == 0xff ? NULL : list;
    t->len = t->list == NULL ? 0 : t->len;
    for (size_t i = 0; i < t->len; i++) {
        list[i].key = text(in);
        list[i].value = text(in);
    }
}

static void *value_of(const struct nango_connection *c, const struct member *m)
{
    return (char *)(uintptr_t)c + m->at * sizeof(void *);
}

/* Does a struct with this type have such a member, other than an object? */
static int is_value(const struct member *m, enum nango_type type)
{
    return m->kind < MEMBER_STRINGS && m->kind != MEMBER_ACCOUNT &&
           (m->types & request_type_bit(type)) != 0;
}

static void fill(struct input *in, struct nango_connection *c)
{
    for (const struct member *m = request_members + 1; m->depth > 0; m++) {
        void *at = value_of(c, m);
        struct nango_text t;
        if (!is_value(m, c->credentials.type)) {
            continue;
        }
        switch (m->kind) {
        case MEMBER_TAGS: fill_tags(in, at, tags[at != &c->tags]); break;
        case MEMBER_TYPE: break;
        case MEMBER_JSON:
        case MEMBER_CONFIG:
            t = text(in);
            *(struct nango_source *)at = (struct nango_source){.len = t.len, .mem = t.ptr};
            break;
        case MEMBER_TIME:
            t = text(in);
            if (t.len == 8) {
                memcpy(&((struct nango_time *)at)->epoch_ms, t.ptr, 8);
            } else {
                ((struct nango_time *)at)->iso = t;
            }
            break;
        default: *(struct nango_text *)at = text(in);
        }
    }
}

/* ---- the body that it must become, in the form of tree.h ------------------------------------- */

static void add_tags(struct fuzz_text *out, const struct nango_tags *t)
{
    fuzz_add(out, "{", 1);
    for (size_t i = 0; i < t->len; i++) {
        tree_name(out, t->list[i].key.ptr, t->list[i].key.len);
        tree_string(out, t->list[i].value.ptr, t->list[i].value.len);
    }
    fuzz_add(out, "}", 1);
}

static void add_time(struct fuzz_text *out, const struct nango_time *t)
{
    if (t->iso.ptr != NULL) {
        tree_string(out, t->iso.ptr, t->iso.len);
    } else {
        struct fuzz_text number = {NULL, 0, 0};
        fuzz_add_number(&number, (long long)t->epoch_ms);
        fuzz_add(out, "#", 1);
        fuzz_add(out, number.ptr, number.len - 1);
        fuzz_free(&number);
    }
}

static int has(const struct nango_connection *c, const struct member *m)
{
    const void *at = value_of(c, m);
    const struct nango_time *time = at;
    const struct nango_source *source = at;
    switch (m->kind) {
    case MEMBER_TYPE: return 1;
    case MEMBER_TAGS: return ((const struct nango_tags *)at)->len > 0;
    case MEMBER_JSON:
    case MEMBER_CONFIG: return source->mem != NULL;
    case MEMBER_TIME: return time->iso.ptr != NULL || time->epoch_ms != 0;
    default: return ((const struct nango_text *)at)->ptr != NULL;
    }
}

static void add_value(struct fuzz_text *out, const struct nango_connection *c,
                      const struct member *m)
{
    const void *at = value_of(c, m);
    const struct nango_text *t = at;
    const struct nango_source *s = at;
    const char *type = request_types[c->credentials.type];
    switch (m->kind) {
    case MEMBER_TAGS: add_tags(out, at); break;
    case MEMBER_TYPE: tree_string(out, type, strlen(type)); break;
    case MEMBER_JSON:
    case MEMBER_CONFIG: FUZZ_CHECK(tree_read(s->mem, s->len, NANGO_JSON_DEPTH, out)); break;
    case MEMBER_TIME: add_time(out, at); break;
    default: tree_string(out, t->ptr, t->len);
    }
}

/* The members of an object; returns the one behind it. */
static const struct member *add(struct fuzz_text *out, const struct nango_connection *c,
                                const struct member *object)
{
    const struct member *m = object + 1;
    fuzz_add(out, "{", 1);
    while (m->depth > object->depth) {
        int there = is_value(m, c->credentials.type) && has(c, m);
        const struct member *in = m + 1;
        for (; m->kind == MEMBER_OBJECT && in->depth > m->depth; in++) {
            there |= is_value(in, c->credentials.type) && has(c, in);
        }
        if (there) {
            tree_name(out, m->name, strlen(m->name));
        }
        if (there && m->kind == MEMBER_OBJECT) {
            m = add(out, c, m);
            continue;
        }
        if (there) {
            add_value(out, c, m);
        }
        m = in;
    }
    fuzz_add(out, "}", 1);
    return m;
}

static struct fuzz_text write(const struct request *rq, size_t cap)
{
    struct fuzz_text body = {NULL, 0, 0};
    static char buf[65536];
    uint32_t sum = OUT_SUM_START;
    size_t len;
    do {
        struct window w = {.buf = buf, .off = body.len, .cap = cap, .sum = sum};
        request_import_body(&w, rq);
        FUZZ_CHECK(w.error == 0 && w.len > body.len);
        len = w.len;
        sum = w.sum;
        fuzz_add(&body, buf, len - body.len < cap ? len - body.len : cap);
    } while (body.len < len);
    FUZZ_CHECK(sum == rq->sum);
    return body;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct nango_connection c = {.body = {.len = 0}};
    struct input in = {bytes, bytes + len};
    struct nango_result r = {.error = 0}, again = {.error = 0};
    struct request rq = {.connection = &c};
    char scratch[512];
    c.credentials.type = (enum nango_type)(next(&in) % (NANGO_TYPES_LEN + 1));
    if (c.credentials.type == NANGO_TYPES_LEN) {
        return 0;
    }
    fill(&in, &c);
    int rc = check_connection(&rq, &r, scratch, sizeof scratch);
    FUZZ_CHECK(rc <= 0 && strlen(r.member) < sizeof r.member);
    FUZZ_CHECK(strcmp(nango_error_name(rc), "?") != 0);
    if (rc != 0) {
        return 0;
    }
    if (rq.connection_id.ptr == NULL) {
        rq.connection_id = c.connection_id = NANGO_STR("12345678-1234-4234-8234-123456789012");
    }
    struct fuzz_text tree = {NULL, 0, 0}, wanted = {NULL, 0, 0};
    struct fuzz_text whole = write(&rq, 65536), parts = write(&rq, 1 + fuzz_hash(bytes, len) % 100);
    FUZZ_CHECK(fuzz_same(&whole, &parts) && whole.len == rq.body_len);
    FUZZ_CHECK(tree_read(whole.ptr, whole.len, NANGO_JSON_DEPTH, &tree));
    add(&wanted, &c, request_members);
    FUZZ_CHECK(fuzz_same(&tree, &wanted));
    struct nango_connection raw = {.body = {.len = whole.len, .mem = whole.ptr}};
    FUZZ_CHECK(nango_check(&raw, NULL, 0, &again) == 0 && again.warnings == r.warnings);
    fuzz_free(&tree);
    fuzz_free(&wanted);
    fuzz_free(&whole);
    fuzz_free(&parts);
    return 0;
}
