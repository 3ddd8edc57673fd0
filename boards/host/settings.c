/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include "nango_port_posix.h"
#include "secret.h"
#include "source.h"

#include <stdlib.h>
#include <string.h>

static struct nango_tls tls;
/* What is not needed is never touched, and costs nothing. */
static unsigned char arena[OPTIONS_PARALLEL_MAX * NANGO_ARENA_LEN];
static struct source_file bundle_file;

/* ---- the server's address -------------------------------------------------------------------- */

static int url_error(const char *from, const char *why)
{
    return FAIL(EXIT_USAGE,
                "%s: %s; it looks like https://nango.example.com, "
                "http://localhost:3003 or https://[::1]:8443/prefix",
                from, why);
}

static int read_port(const char *text, uint16_t *port)
{
    uint32_t n = 0;
    const char *p = text;
    for (; *p >= '0' && *p <= '9' && n < 65536; p++) {
        n = n * 10 + (uint32_t)(*p - '0');
    }
    *port = (uint16_t)n;
    return p == text || (*p != 0 && *p != '/') || n == 0 || n > 65535;
}

/* [scheme://]host[:port][/prefix]; https where no scheme is given. */
int settings_url(struct settings *s, const char *from, const char *url)
{
    const char *at = strstr(url, "://");
    s->url = url;
    if (strcspn(url, "@?#") < strlen(url)) {
        s->url = "(not shown)"; /* it may hold a password */
        return url_error(from, "it has a user name, a query or a fragment");
    }
    if (at != NULL) {
        s->plain = strncmp(url, "http:", 5) == 0;
        if (!s->plain && strncmp(url, "https:", 6) != 0) {
            return url_error(from, "its scheme is neither https nor http");
        }
    }
    at = at != NULL ? at + 3 : url;
    int literal = *at == '[';
    at += literal;
    size_t len = strcspn(at, literal ? "]" : ":/");
    if (len == 0 || len >= sizeof s->host || (literal && at[len] != ']')) {
        return url_error(from, "it has no host");
    }
    memcpy(s->host, at, len);
    at += len + (size_t)literal;
    if (*at == ':' && read_port(at + 1, &s->port) != 0) {
        return url_error(from, "its port is no number from 1 to 65535");
    }
    at += strcspn(at, "/");
    len = strlen(at);
    while (len > 0 && at[len - 1] == '/') {
        len--;
    }
    if (len >= sizeof s->prefix) {
        return url_error(from, "its path is too long");
    }
    memcpy(s->prefix, at, len);
    return 0;
}

/* ---- trust ----------------------------------------------------------------------------------- */

static int open_bundle(const char *from, const char *path, struct nango_source *bundle)
{
    int why = source_open(&bundle_file, path, bundle);
    if (why == 0) {
        return 0;
    }
    return FAIL(EXIT_LOCAL, "%s: cannot read the roots in %s: %s", from, path,
                why > 0 ? strerror(why) : "it is no file");
}

static int find_bundle(struct settings *s, const struct options *o, struct nango_source *bundle)
{
    static const char *const places[] = {
        "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Alpine */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Red Hat */
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", /* SUSE */
        "/etc/ssl/cert.pem",      /* BSD, macOS, Alpine */
        "/usr/local/share/certs/ca-root-nss.crt"};
    const char *variable = getenv("SSL_CERT_FILE");
    s->ca = o->ca != NULL ? o->ca : variable;
    if (s->ca != NULL && s->ca[0] != 0) {
        return open_bundle(o->ca != NULL ? "--ca" : "SSL_CERT_FILE", s->ca, bundle);
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (source_open(&bundle_file, places[i], bundle) == 0) {
            s->ca = places[i];
            return 0;
        }
    }
    return FAIL(EXIT_LOCAL,
                "no file with trusted roots on this system: install ca-certificates, or name a "
                "file with --ca or SSL_CERT_FILE");
}

/* ---- the key --------------------------------------------------------------------------------- */

static int is_uuid(struct nango_text key)
{
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        int hex = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
        if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-' : !hex) {
            return 0;
        }
    }
    return key.len == 36;
}

static int read_key(struct settings *s, const struct options *o)
{
    struct nango_text key;
    int rc = 0;
    s->key_from = "NANGO_SECRET_KEY";
    if (o->secret_key != NULL) {
        rc = secret_value("secret-key", o->secret_key, 1, &s->key);
        s->key_from = o->secret_key;
    }
    rc = rc != 0 ? rc : secret_key_from_environment(&key); /* in any case: it goes from there */
    if (rc != 0) {
        return rc;
    }
    s->key = o->secret_key != NULL ? s->key : key;
    if (s->key.ptr == NULL || s->key.len == 0) {
        return FAIL(EXIT_USAGE,
                    "no key: set NANGO_SECRET_KEY, or name a file with --secret-key @FILE "
                    "(Nango shows it under Environment settings)");
    }
    if (!is_uuid(s->key)) {
        return FAIL(EXIT_USAGE,
                    "the key from %s is no Nango key: it has %zu characters, where a UUID "
                    "(8-4-4-4-12 hexadecimal digits, 36 characters) is needed",
                    s->key_from, s->key.len);
    }
    return 0;
}

int settings_read(struct settings *s, const struct options *o)
{
    const char *url = getenv("NANGO_HOSTPORT");
    int rc = read_key(s, o);
    return rc != 0 ? rc
                   : settings_url(s, "NANGO_HOSTPORT",
                                  url != NULL && url[0] != 0 ? url : "https://api.nango.dev");
}

/* ---- the client ------------------------------------------------------------------------------ */

int settings_start(struct settings *s, const struct options *o, unsigned connections)
{
    struct nango_tls_settings t = {.entropy = nango_posix_entropy, .unix_time = nango_posix_time};
    int rc = 0;
    if (!s->plain) {
        t.arena = arena;
        t.arena_cap = connections * NANGO_ARENA_LEN;
        rc = find_bundle(s, o, &t.trust.bundle);
        if (rc != 0) {
            return rc;
        }
    }
    rc = nango_tls_init(&tls, &t);
    return rc == 0 ? 0 : FAIL(EXIT_USAGE, "TLS does not start: %s", nango_error_name(rc));
}

struct nango_tls *settings_tls(void)
{
    return &tls;
}

void settings_stop(void)
{
    nango_tls_free(&tls);
}

int settings_client(const struct settings *s, const struct options *o, struct nango_client *client,
                    const struct nango_port *port, void *port_ctx, void *work, size_t work_cap)
{
    struct nango_settings c = {.tls = &tls, .port = port, .port_ctx = port_ctx, .host = s->host};
    c.prefix = s->prefix;
    c.tcp_port = s->port;
    c.plain_http = s->plain;
    c.unsafe_plain_http_to_any_host = (uint8_t)o->insecure_http;
    c.secret_key = s->key;
    c.user_agent = NANGO_STR("nangoc/" NANGO_VERSION);
    c.work = work;
    c.work_cap = work_cap;
    c.deadline_ms = o->timeout_ms;
    int rc = nango_init(client, &c);
    if (rc == NANGO_E_PLAINTEXT) {
        return FAIL(
            EXIT_USAGE,
            "%s is plain http to another machine: everybody on the way could read the key and "
            "the credentials. Use https://, or, if you know why, --insecure-http",
            s->url);
    }
    return rc == 0
               ? 0
               : url_error("NANGO_HOSTPORT", "its host or path has characters that it cannot have");
}
