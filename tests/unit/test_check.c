/* SPDX-License-Identifier: MIT
 *
 * check: every rule of a member's length, kind and presence, of structs and of bodies.
 */
#include "check_both.h"
#include "unit.h"

#include <string.h>

void test_check(void);

#define AT(member) offsetof(struct nango_connection, member)
#define IN(type, member) NANGO_##type, AT(credentials.member)

/* Every text that has a limit: its path, in which credentials, where in the struct, least, most. */
static const struct limit {
    const char *path;
    enum nango_type type;
    size_t at;
    size_t least, most;
} limits[] = {
    {"provider_config_key", NANGO_NONE, AT(provider_config_key), 1, 0},
    {"credentials.access_token", IN(OAUTH2, oauth2.access_token), 1, 16384},
    {"credentials.refresh_token", IN(OAUTH2, oauth2.refresh_token), 1, 16384},
    {"credentials.config_override.client_id", IN(OAUTH2, oauth2.config_override.client_id), 1, 255},
    {"credentials.config_override.client_secret", IN(OAUTH2, oauth2.config_override.client_secret),
     1, 2048},
    {"credentials.token", IN(OAUTH2_CC, oauth2_cc.token), 1, 4096},
    {"credentials.client_id", IN(OAUTH2_CC, oauth2_cc.client_id), 1, 255},
    {"credentials.client_secret", IN(OAUTH2_CC, oauth2_cc.client_secret), 1, 2048},
    {"credentials.client_certificate", IN(OAUTH2_CC, oauth2_cc.client_certificate), 1, 10000},
    {"credentials.client_private_key", IN(OAUTH2_CC, oauth2_cc.client_private_key), 1, 10000},
    {"credentials.oauth_token", IN(OAUTH1, oauth1.oauth_token), 1, 2048},
    {"credentials.oauth_token_secret", IN(OAUTH1, oauth1.oauth_token_secret), 1, 2048},
    {"credentials.apiKey", IN(API_KEY, api_key.api_key), 1, 1024},
    {"credentials.username", IN(BASIC, basic.username), 0, 1024},
    {"credentials.password", IN(BASIC, basic.password), 0, 1024},
    {"credentials.token_id", IN(TBA, tba.token_id), 1, 0},
    {"credentials.token_secret", IN(TBA, tba.token_secret), 1, 0},
    {"credentials.config_override.client_id", IN(TBA, tba.config_override.client_id), 1, 255},
    {"credentials.app_id", IN(APP, app.app_id), 1, 255},
    {"credentials.installation_id", IN(APP, app.installation_id), 1, 255},
    {"credentials.app_id", IN(CUSTOM, app.app_id), 1, 255},
    {"end_user.id", NANGO_NONE, AT(end_user.id), 1, 255},
    {"end_user.display_name", NANGO_NONE, AT(end_user.display_name), 0, 255},
};

/* A connection of this type with all that is required. */
static struct nango_connection connection_of(enum nango_type type)
{
    struct nango_connection c = check_least;
    struct nango_text *text = &c.credentials.oauth2.access_token; /* each type begins with texts */
    size_t texts = type == NANGO_OAUTH2_CC                         ? 3
                   : type == NANGO_OAUTH2 || type == NANGO_API_KEY ? 1
                                                                   : 2;
    c.credentials.type = type;
    for (size_t i = 0; i < texts && type != NANGO_NONE; i++) {
        text[i] = NANGO_STR("x");
    }
    if (type == NANGO_TBA) {
        static const char config[] = "{\"accountId\":\"1\"}";
        c.connection_config = (struct nango_source){.len = sizeof config - 1, .mem = config};
    }
    return c;
}

static struct nango_text *text_at(struct nango_connection *c, size_t at)
{
    return (struct nango_text *)(void *)((char *)c + at);
}

/* `units` UTF-16 units of one character, in memory that ends at a wall. */
static struct nango_text repeat(const char *character, size_t units)
{
    size_t each = strlen(character), count = each == 4 ? units / 2 : units;
    char *bytes = unit_room(UNIT_C, count * each);
    for (size_t i = 0; i < count * each; i++) {
        bytes[i] = character[i % each];
    }
    return (struct nango_text){bytes, count * each};
}

static void try_length(const struct limit *l, const char *character, size_t units, int error)
{
    struct nango_connection c = connection_of(l->type);
    unsigned warnings =
        strcmp(l->path, "credentials.refresh_token") == 0 && error == 0 ? NANGO_WARN_EXPIRY : 0;
    if (strncmp(l->path, "end_user.", 9) == 0) {
        c.end_user.id = NANGO_STR("1");
    }
    *text_at(&c, l->at) = repeat(character, units);
    check_both(&c, error, error != 0 ? l->path : "", warnings);
}

static void test_limits(void)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct limit *l = &limits[i];
        size_t most = l->most != 0 ? l->most : 20000;
        int beyond = l->most != 0 ? NANGO_E_TOO_LONG : 0;
        unit_case_of("limits in UTF-16 units", l->path);
        try_length(l, "a", 0, l->least > 0 ? NANGO_E_TOO_SHORT : 0);
        try_length(l, "a", 1, 0);
        try_length(l, "a", most, 0);
        try_length(l, "a", most + 1, beyond);
        try_length(l, "\xc3\xbc", most, 0);                      /* U+00FC, one unit */
        try_length(l, "\xe6\x97\xa5", most + 1, beyond);         /* U+65E5, one unit */
        try_length(l, "\xf0\x9f\x98\x80", most & ~(size_t)1, 0); /* U+1F600, two units */
        try_length(l, "\xf0\x9f\x98\x80", most + 2, beyond);
        try_length(l, "\xf4\x8f\xbf\xbf", most + 2, beyond);
    }
    unit_case("connection_id is counted in characters");
    struct nango_connection c = check_least;
    c.connection_id = repeat("a", 255);
    check_both(&c, 0, "", 0);
    c.connection_id = repeat("a", 256);
    check_both(&c, NANGO_E_TOO_LONG, "connection_id", 0);
    c.connection_id = repeat("\xf0\x9f\x98\x80", 510);
    check_both(&c, 0, "", NANGO_WARN_ID);
    c.connection_id = repeat("\xf0\x9f\x98\x80", 512);
    check_both(&c, NANGO_E_TOO_LONG, "connection_id", 0);
}

static void test_missing(void)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct limit *l = &limits[i];
        int optional = strstr(l->path, "config_override") != NULL ||
                       strcmp(l->path, "credentials.refresh_token") == 0 ||
                       strcmp(l->path, "credentials.client_certificate") == 0 ||
                       strcmp(l->path, "credentials.client_private_key") == 0 ||
                       strcmp(l->path, "end_user.display_name") == 0;
        struct nango_connection c = connection_of(l->type);
        unit_case_of("is it required", l->path);
        if (strcmp(l->path, "end_user.id") == 0) {
            c.end_user.display_name = NANGO_STR("x");
        }
        text_at(&c, l->at)->ptr = NULL;
        check_both(&c, optional ? 0 : NANGO_E_MISSING, optional ? "" : l->path, 0);
    }
    unit_case("TBA wants connection_config.accountId");
    struct nango_connection c = connection_of(NANGO_TBA);
    c.connection_config.mem = NULL;
    check_both(&c, NANGO_E_MISSING, "connection_config.accountId", 0);
    c.connection_config = (struct nango_source){.len = 2, .mem = "{}"};
    check_both(&c, NANGO_E_MISSING, "connection_config.accountId", 0);
}

static void test_types(void)
{
    unit_case("every type");
    for (int t = 0; t < NANGO_TYPES_LEN; t++) {
        struct nango_connection c = connection_of((enum nango_type)t);
        check_both(&c, 0, "", 0);
    }
    unit_case("no type at all");
    struct nango_connection c = check_least;
    c.credentials.type = NANGO_TYPES_LEN;
    check_as_struct(&c, NANGO_E_FORMAT, "credentials.type", 0);
    c.credentials.type = (enum nango_type) - 1;
    check_as_struct(&c, NANGO_E_FORMAT, "credentials.type", 0);

    unit_case("a refresh_token without expires_at is warned of");
    c = connection_of(NANGO_OAUTH2);
    c.credentials.oauth2.refresh_token = NANGO_STR("r");
    check_both(&c, 0, "", NANGO_WARN_EXPIRY);
    c.credentials.oauth2.expires_at.iso = NANGO_STR("2026-11-25T06:00:00Z");
    check_both(&c, 0, "", 0);
    c = connection_of(NANGO_OAUTH2_CC);
    check_both(&c, 0, "", 0);
}

/* A text that is wrong wherever it stands. */
static void test_bytes(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        int good;
    } texts[] = {
        {"\x7f", 1, 1},
        {"\xc2\x80", 2, 1},
        {"\xdf\xbf", 2, 1},
        {"\xe0\xa0\x80", 3, 1},
        {"\xed\x9f\xbf", 3, 1},
        {"\xee\x80\x80", 3, 1},
        {"\xef\xbf\xbf", 3, 1},
        {"\xf0\x90\x80\x80", 4, 1},
        {"\xf4\x8f\xbf\xbf", 4, 1},
        {"abcdefg\n\x01", 9, 1},
        {"\x80", 1, 0}, /* a continuation alone */
        {"\xbf", 1, 0},
        {"\xc0\x80", 2, 0}, /* overlong */
        {"\xc1\xbf", 2, 0},
        {"\xc3", 1, 0}, /* cut */
        {"\xc3(", 2, 0},
        {"\xe0\x9f\xbf", 3, 0}, /* overlong */
        {"\xe6\x97", 2, 0},
        {"\xe6\x97z", 3, 0},
        {"\xed\xa0\x80", 3, 0}, /* a surrogate */
        {"\xed\xbf\xbf", 3, 0},
        {"\xf0\x8f\xbf\xbf", 4, 0}, /* overlong */
        {"\xf0\x9f\x98", 3, 0},
        {"\xf4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
        {"\xf8\x88\x80\x80\x80", 5, 0},
        {"\xff", 1, 0},
    };
    struct nango_connection c = check_least;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        unit_case("UTF-8 of a struct");
        c.provider_config_key.ptr = unit_guard(UNIT_C, texts[i].bytes, texts[i].len);
        c.provider_config_key.len = texts[i].len;
        check_as_struct(&c, texts[i].good ? 0 : NANGO_E_UTF8,
                        texts[i].good ? "" : "provider_config_key", 0);
        if (texts[i].good) {
            check_both(&c, 0, "", 0);
        }
    }
    unit_case("U+0000 in any text");
    for (size_t at = 0; at < 9; at++) {
        char text[9] = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'};
        text[at] = '\0';
        c.provider_config_key = (struct nango_text){text, sizeof text};
        check_both(&c, NANGO_E_CONTROL, "provider_config_key", 0);
    }
}

static struct nango_tag tags[12];

static void try_tags(struct nango_tags *into, const struct nango_connection *c, const char *path,
                     size_t len, int error, const char *member)
{
    char name[NANGO_MEMBER_CAP] = "";
    if (error != 0) {
        strcpy(name, path);
        strcat(name, member);
    }
    into->list = tags;
    into->len = len;
    check_both(c, error, name, 0);
    into->len = 0;
}

static void test_tags_of(struct nango_connection *c, struct nango_tags *into, const char *path)
{
    static const char *const keys[] = {"a", "B", "c1", "d.e/f_g-h", "e", "f",
                                       "g", "h", "i",  "j",         "k"};
    unit_case_of("ten tags, not eleven", path);
    for (size_t i = 0; i < 11; i++) {
        tags[i] = (struct nango_tag){{keys[i], strlen(keys[i])}, NANGO_STR("v")};
    }
    try_tags(into, c, path, 10, 0, "");
    char all[NANGO_MEMBER_CAP];
    strcpy(all, path);
    all[strlen(path) - 1] = '\0';
    try_tags(into, c, all, 11, NANGO_E_TOO_MANY, "");

    unit_case_of("no two keys equal but for case", path);
    for (size_t i = 0; i < 9; i++) {
        static const char *const upper[] = {"A", "b", "C1", "D.E/F_G-H", "E", "F", "G", "H", "I"};
        tags[9].key = (struct nango_text){upper[i], strlen(upper[i])};
        try_tags(into, c, path, 10, NANGO_E_TWICE, upper[i]);
        tags[9].key.ptr = keys[i];
        try_tags(into, c, path, 10, NANGO_E_TWICE, keys[i]);
    }

    unit_case_of("a key", path);
    static char long_key[65];
    memset(long_key, 'k', sizeof long_key);
    tags[0] = (struct nango_tag){{long_key, 64}, NANGO_STR("v")};
    try_tags(into, c, path, 1, 0, "");
    tags[0].key.len = 0;
    into->list = tags;
    into->len = 1;
    check_as_struct(c, NANGO_E_TOO_SHORT, all, 0);
    into->len = 0;
    static const struct nango_text bad[] = {
        {"1a", 2},  {".a", 2},  {"_a", 2},  {"-a", 2},  {"/a", 2},
        {"a b", 3}, {"a:b", 3}, {"a,b", 3}, {"a@b", 3}, {"a[b", 3},
        {"a`b", 3}, {"a{b", 3}, {"a^b", 3}, {"a+b", 3}, {"a~", 2},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char name[8];
        memcpy(name, bad[i].ptr, bad[i].len + 1);
        tags[0].key = bad[i];
        if (strchr(name, ' ') != NULL) {
            *strchr(name, ' ') = '?';
        }
        into->list = tags;
        into->len = 1;
        char member[NANGO_MEMBER_CAP];
        strcpy(member, path);
        strcat(member, name);
        check_as_struct(c, NANGO_E_FORMAT, member, 0);
        if (strcmp(name, bad[i].ptr) == 0) {
            check_both(c, NANGO_E_FORMAT, member, 0);
        }
        into->len = 0;
    }

    unit_case_of("a name of JavaScript's", path);
    tags[0].key = NANGO_STR("constructor");
    try_tags(into, c, path, 1, NANGO_E_FORBIDDEN, "constructor");
    tags[0].key = NANGO_STR("__proto__");
    try_tags(into, c, path, 1, NANGO_E_FORBIDDEN, "__proto__");

    unit_case_of("a value", path);
    tags[0].key = NANGO_STR("a");
    tags[0].value = repeat("v", 255);
    try_tags(into, c, path, 1, 0, "");
    tags[0].value = repeat("\xe6\x97\xa5", 255);
    try_tags(into, c, path, 1, 0, "");
    tags[0].value = repeat("\xf0\x9f\x98\x80", 256);
    try_tags(into, c, path, 1, NANGO_E_TOO_LONG, "a");
    tags[0].value = repeat("v", 256);
    try_tags(into, c, path, 2, NANGO_E_TOO_LONG, "a");
    tags[0].value.len = 0;
    try_tags(into, c, path, 1, NANGO_E_TOO_SHORT, "a");
    tags[0].value.ptr = NULL;
    into->len = 1;
    check_as_struct(c, NANGO_E_TOO_SHORT, into == &c->tags ? "tags.a" : "end_user.tags.a", 0);
    into->len = 0;
    tags[0].value = (struct nango_text){"a\0b", 3};
    try_tags(into, c, path, 1, NANGO_E_CONTROL, "a");
    tags[0] = (struct nango_tag){NANGO_STR("End_User_Email"), NANGO_STR("nobody")};
    try_tags(into, c, path, 1, NANGO_E_FORMAT, "End_User_Email");
    tags[0].value = NANGO_STR("ada@example.com");
    try_tags(into, c, path, 1, 0, "");
}

static void test_tags(void)
{
    struct nango_connection c = check_least;
    test_tags_of(&c, &c.tags, "tags.");
    c.end_user.id = NANGO_STR("1");
    test_tags_of(&c, &c.end_user.tags, "end_user.tags.");

    unit_case("a name of more than 64 bytes is cut, and that is said");
    static char long_key[65];
    memset(long_key, 'k', sizeof long_key);
    tags[0] = (struct nango_tag){{long_key, 65}, NANGO_STR("v")};
    c.end_user.tags = (struct nango_tags){tags, 1};
    char member[NANGO_MEMBER_CAP] = "end_user.tags.";
    memset(member + 14, 'k', 64);
    member[14 + 64] = '\0';
    check_both(&c, NANGO_E_TOO_LONG, member, NANGO_WARN_CUT);
    c = check_least;
    c.tags = (struct nango_tags){tags, 1};
    strcpy(member, "tags.");
    memset(member + 5, 'k', 64);
    member[69] = '\0';
    check_both(&c, NANGO_E_TOO_LONG, member, NANGO_WARN_CUT);
}

static void test_alone(void)
{
    static const char body[] =
        "{\"provider_config_key\":\"x\",\"credentials\":{\"type\":\"NONE\"}}";
    static const char object[] = "{}";
    static const struct nango_tag one = {{"a", 1}, {"b", 1}};
    const struct nango_source source = {.len = sizeof body - 1, .mem = body};
    const struct nango_source empty = {.len = 2, .mem = object};
    unit_case("a body stands alone");
    struct nango_connection with[8] = {{.provider_config_key = NANGO_STR("x")},
                                       {.connection_id = NANGO_STR("x")},
                                       {.metadata = empty},
                                       {.connection_config = empty},
                                       {.end_user.email = NANGO_STR("x")},
                                       {.end_user.tags = {&one, 1}},
                                       {.tags = {&one, 1}},
                                       {.webhook_url_override = NANGO_STR("")}};
    for (size_t i = 0; i < 8; i++) {
        with[i].body = source;
        check_as_struct(&with[i], NANGO_E_UNKNOWN, "body", 0);
    }
}

void test_check(void)
{
    test_limits();
    test_missing();
    test_types();
    test_bytes();
    test_tags();
    test_alone();
}
