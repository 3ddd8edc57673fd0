/* SPDX-License-Identifier: MIT */
#include "check_object.h"

#include <string.h>

_Static_assert(CHECK_TAGS * sizeof(uint64_t) <= NANGO_MEMBER_CAP,
               "the keys of tags are told apart in a result's member");
_Static_assert(REQUEST_MEMBERS <= NANGO_CODE_CAP, "which were seen is kept in a result's code");
_Static_assert(CHECK_TEXT_CAP <= JSON_KEY_CAP, "a value's text is kept in json.key");

void check_object_begin(struct check *c, const struct member *of)
{
    check_value_begin(&c->value, of);
}

void check_object_end(struct check *c, int is_number)
{
    c->error = check_value_end(&c->value, is_number);
    if (c->value.odd) {
        c->r->warnings |= NANGO_WARN_ID;
    }
}

void check_object_member(struct check *c, const struct member *m)
{
    char *seen = &c->r->code[m - request_members];

    check_object_begin(c, m);
    if (CHECK_READS && *seen) {
        c->error = NANGO_E_TWICE;
    }
    *seen = 1;
}

/* JavaScript's own names: an object with a `constructor` is none to the server's checks where it
 * may have any members, and a `__proto__` is gone once it is assigned. */
int check_object_is_forbidden(const struct check *c)
{
    const struct nango_text *name = &c->name;

    return check_value_is(name->ptr, name->len, "__proto__") ||
           (c->open->kind != MEMBER_CONFIG && check_value_is(name->ptr, name->len, "constructor"));
}

/* Keys that are equal in lower case have equal hashes; two others do not, but by a chance of 1 in
 * 2^64: ten keys are too much to be kept. */
void check_object_tag(struct check *c)
{
    static const struct member value[] = {{.kind = MEMBER_TEXT, .min = 1, .limit = MEMBER_255},
                                          {.kind = MEMBER_EMAIL, .min = 1, .limit = MEMBER_255}};
    const uint64_t end_user_email = 0x0d252e093945280b;
    char *hashes = c->r->member;
    uint64_t hash = 0, other;

    c->error = check_value_tag_key(c->name.ptr, c->name.len, &hash);
    for (unsigned i = 0; i < c->tags_len; i++, hashes += sizeof hash) {
        memcpy(&other, hashes, sizeof other);
        if (other == hash) {
            c->error = NANGO_E_TWICE;
        }
    }
    if (c->tags_len == CHECK_TAGS) {
        c->name.len = 0;
        c->error = NANGO_E_TOO_MANY;
    } else {
        memcpy(hashes, &hash, sizeof hash);
        c->tags_len++;
    }
    check_object_begin(c, &value[hash == end_user_email]);
}

void check_object_open(struct check *c)
{
    if (CHECK_READS && c->value.of->kind < MEMBER_TAGS) {
        c->error = NANGO_E_KIND;
        return;
    }
    c->open = c->value.of;
    c->tags_len = 0;
}

/* Which members the credentials have may be known only here, since their type may come last. And
 * connection_config needs an accountId even if it is not there itself. */
void check_object_close(struct check *c)
{
    const struct member *open = c->open, *m = open;
    unsigned warnings = 0;

    while ((++m)->depth > open->depth) {
        if (m->depth != open->depth + 1u && !(CHECK_READS && m->kind == MEMBER_ACCOUNT)) {
            continue;
        }
        int seen = c->r->code[m - request_members];
        if (seen != 1) {
            if (!m->required || c->rq->part || (c->types & ~m->types)) {
                continue;
            }
            c->error = CHECK_READS && seen ? NANGO_E_KIND : NANGO_E_MISSING;
        } else if (CHECK_READS && !(c->types & m->types) && m->kind != MEMBER_ACCOUNT) {
            c->error = NANGO_E_UNKNOWN;
        } else {
            if (m->kind == MEMBER_REFRESH) {
                warnings = NANGO_WARN_EXPIRY;
            } else if (m->kind == MEMBER_TIME) {
                warnings = 0;
            }
            continue;
        }
        c->value.of = m;
        return;
    }
    c->r->warnings = (uint8_t)(c->r->warnings | warnings);
    for (m = open; m->depth > 0 && m->depth >= open->depth; m--) {
    }
    c->open = m;
    c->value.of = m;
}
