/* SPDX-License-Identifier: MIT */
#include "check_object.h"

#include <string.h>

_Static_assert(CHECK_TAGS * sizeof(uint64_t) <= NANGO_MEMBER_CAP,
               "the keys of tags are told apart in a result's member");
_Static_assert(CHECK_TEXT_CAP <= JSON_KEY_CAP, "a value's text is kept in json.key");

const struct member check_document = {.name = "", .kind = MEMBER_OBJECT, .max = REQUEST_CONNECTION};
const struct member check_string = {.kind = MEMBER_TEXT};
const struct member check_type = {.name = "type", .kind = MEMBER_TYPE, .required = 1};

/* The members of connection_config that Nango reads, the second for TBA alone. */
static const struct member config[] = {
    {.name = "oauth_scopes_override", .kind = MEMBER_STRINGS},
    {.name = "accountId", .kind = MEMBER_TEXT, .min = 1, .required = 1},
};

void check_object_open(struct check *c)
{
    struct check_level *l = &c->levels[c->depth];
    const struct member *m = c->at;
    unsigned table = m->max;

    if (m->kind < MEMBER_TAGS) {
        c->error = NANGO_E_KIND;
        return;
    }
    l->of = m;
    l->list = config;
    l->len = 0;
    l->next = 0;
    l->seen = 0;
    l->closed = 0;
    switch (m->kind) {
    case MEMBER_CREDENTIALS:
        if (c->type < 0) {
            l->list = &check_type;
            l->len = 1;
            break;
        }
        table = REQUEST_CREDENTIALS + (unsigned)c->type;
        /* fall through */
    case MEMBER_OBJECT:
        l->list = request_tables[table].list;
        l->len = request_tables[table].len;
        l->closed = 1;
        break;
    case MEMBER_CONFIG:
        l->len = c->type == NANGO_TBA ? 2 : 1;
        c->config = 1;
        break;
    default: break;
    }
    c->depth++;
    c->tags_len = 0;
    c->at = NULL;
}

void check_object_close(struct check *c)
{
    enum { REFRESH_TOKEN = 1 << 2, EXPIRES_AT = 1 << 3 }; /* in the table of OAUTH2 */
    const struct check_level *l = &c->levels[c->depth - 1];

    for (unsigned i = 0; i < l->len; i++) {
        if (l->list[i].required && !(l->seen >> i & 1)) {
            c->at = &l->list[i];
            c->error = NANGO_E_MISSING;
            return;
        }
    }
    if (l->of->kind == MEMBER_CREDENTIALS && c->type == NANGO_OAUTH2 &&
        (l->seen & (REFRESH_TOKEN | EXPIRES_AT)) == REFRESH_TOKEN) {
        c->r->warnings |= NANGO_WARN_EXPIRY;
    }
    c->depth--;
    c->at = NULL;
}

void check_object_begin(struct check *c, const struct member *m)
{
    c->at = m;
    check_value_begin(&c->value, c->json->key);
}

void check_object_member(struct check *c, unsigned i)
{
    struct check_level *l = &c->levels[c->depth - 1];
    unsigned seen = l->seen;

    check_object_begin(c, &l->list[i]);
    if (seen >> i & 1) {
        c->error = NANGO_E_TWICE;
    }
    l->seen = (uint8_t)(seen | 1u << i);
}

/* Keys that are equal in lower case have equal hashes; two others do not, but by a chance of 1 in
 * 2^64: ten keys are too much to be kept. */
void check_object_tag(struct check *c)
{
    static const struct member value[] = {{.kind = MEMBER_TEXT, .min = 1, .max = 255},
                                          {.kind = MEMBER_EMAIL, .min = 1, .max = 255}};
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
        c->name.ptr = NULL;
        c->error = NANGO_E_TOO_MANY;
    } else {
        memcpy(hashes, &hash, sizeof hash);
        c->tags_len++;
    }
    check_object_begin(c, &value[hash == end_user_email]);
}

void check_object_end(struct check *c, int is_number)
{
    c->error = check_value_end(&c->value, c->at, is_number);
    if (c->value.odd) {
        c->r->warnings |= NANGO_WARN_ID;
    }
}
