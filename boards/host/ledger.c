/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "ledger.h"

#include "out.h"
#include "shard.h"

#include <errno.h>
#include <fcntl.h>
#include <mbedtls/sha256.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_CAP = 4096 };

static struct journal journal;
static char name[NAME_CAP];
static int fd = -1;

/* ---- a file as a disk ------------------------------------------------------------------------ */

static int file_read(void *ctx, void *buf, size_t len, uint64_t at)
{
    char *to = buf;
    (void)ctx;
    while (len > 0) {
        ssize_t n = pread(fd, to, len, (off_t)at);
        if (n == 0) {
            memset(to, 0, len);
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return errno;
        }
        n = n < 0 ? 0 : n;
        to += n;
        at += (uint64_t)n;
        len -= (size_t)n;
    }
    return 0;
}

static int file_write(void *ctx, const void *buf, size_t len, uint64_t at)
{
    const char *from = buf;
    (void)ctx;
    while (len > 0) {
        ssize_t n = pwrite(fd, from, len, (off_t)at);
        if (n < 0 && errno != EINTR) {
            return errno;
        }
        n = n < 0 ? 0 : n;
        from += n;
        at += (uint64_t)n;
        len -= (size_t)n;
    }
    return 0;
}

/* fdatasync: the length of the file is part of what is needed to read it again. */
static int file_sync(void *ctx)
{
    (void)ctx;
    while (fdatasync(fd) != 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static const struct journal_disk disk = {file_read, file_write, file_sync, NULL};

/* ---- what it is bound to --------------------------------------------------------------------- */

static void add_text(char *to, size_t cap, const char *text)
{
    size_t at = strlen(to), len = strlen(text);
    len = len < cap - 1 - at ? len : cap - 1 - at;
    memcpy(to + at, text, len);
    to[at + len] = 0;
}

static void add_number(char *to, size_t cap, unsigned n)
{
    char digits[11] = {0};
    size_t at = sizeof digits - 1;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    add_text(to, cap, digits + at);
}

/* A key is a UUID of 122 random bits, which no hash gives away. */
static void bind(struct journal_binding *b, const struct settings *s, const struct input *in)
{
    uint8_t text[64] = "nangoc journal", hash[32];
    memcpy(text + 16, s->key.ptr, s->key.len);
    mbedtls_sha256(text, sizeof text, hash, 0);
    memcpy(b->mac_key, hash, sizeof b->mac_key);
    memcpy(b->print, hash + sizeof b->mac_key, sizeof b->print);
    memset(text, 0, sizeof text);
    b->size = in->size;
    b->shard = shard.i;
    b->shards = shard.n;
    add_text(b->server, sizeof b->server, s->plain ? "http://" : "https://");
    add_text(b->server, sizeof b->server, s->host);
    if (s->port != 0) {
        add_text(b->server, sizeof b->server, ":");
        add_number(b->server, sizeof b->server, s->port);
    }
    add_text(b->server, sizeof b->server, s->prefix);
}

/* Why another journal, or another input, is wanted. */
static int does_not_fit(int rc, const struct journal_binding *b, const char *input)
{
    const struct journal_binding *f = &journal.found;
    switch (rc) {
    case JOURNAL_ALIEN:
        return FAIL(EXIT_USAGE,
                    "%s is no journal of nangoc, and is left alone: name another file "
                    "with --journal",
                    name);
    case JOURNAL_SERVER:
        return FAIL(EXIT_USAGE,
                    "the journal %s is about %s, and this run about %s: name another "
                    "file with --journal",
                    name, f->server, b->server);
    case JOURNAL_KEY:
        return FAIL(EXIT_USAGE,
                    "the journal %s was begun with another key. If that was an older "
                    "key of the same environment: --same-environment. If it is another "
                    "environment: name another file with --journal",
                    name);
    case JOURNAL_SHARD:
        return FAIL(EXIT_USAGE,
                    "the journal %s was begun with --shard %u/%u, which cannot change "
                    "within an import",
                    name, f->shard, f->shards);
    case JOURNAL_INPUT:
        return FAIL(EXIT_USAGE,
                    "%s is not what the journal %s was begun with (%llu bytes then, "
                    "%llu now). What was added goes into a file of its own; "
                    "--restart forgets the journal and sends everything again",
                    input, name, (unsigned long long)f->size, (unsigned long long)b->size);
    default: return FAIL(EXIT_LOCAL, "the journal %s: %s", name, strerror(rc));
    }
}

/* ---- opening --------------------------------------------------------------------------------- */

static void make_name(const struct options *o, const char *input)
{
    name[0] = 0;
    add_text(name, sizeof name, o->journal != NULL ? o->journal : input);
    if (o->journal == NULL) {
        if (shard.n > 1) {
            add_text(name, sizeof name, ".");
            add_number(name, sizeof name, shard.i);
            add_text(name, sizeof name, "-of-");
            add_number(name, sizeof name, shard.n);
        }
        add_text(name, sizeof name, ".journal");
    }
}

static int lock(void)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_SETLK, &l) == 0) {
        return 0;
    }
    if (errno != EACCES && errno != EAGAIN) {
        return FAIL(EXIT_LOCAL, "cannot lock the journal %s: %s", name, strerror(errno));
    }
    l.l_pid = 0;
    fcntl(fd, F_GETLK, &l);
    return FAIL(EXIT_LOCAL, "another run (process %d) is at work with the journal %s", (int)l.l_pid,
                name);
}

/* The file's name is durable, too. */
static int sync_folder(void)
{
    char folder[NAME_CAP];
    memcpy(folder, name, sizeof folder);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        slash[slash == folder] = 0;
    }
    int at = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = at >= 0 && (fsync(at) == 0 || errno == EINVAL) ? 0 : errno;
    if (at >= 0) {
        close(at);
    }
    return rc;
}

int ledger_open(const struct options *o, const struct settings *s, const struct input *in)
{
    struct journal_binding b = {.size = 0};
    if (o->journal == NULL && in->fd == STDIN_FILENO) {
        return 0;
    }
    make_name(o, in->name);
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return FAIL(EXIT_LOCAL, "cannot open the journal %s: %s (--journal names another place)",
                    name, strerror(errno));
    }
    int rc = lock();
    if (rc != 0) {
        return rc;
    }
    bind(&b, s, in);
    rc = o->restart && ftruncate(fd, 0) != 0 ? errno : 0;
    rc = rc != 0 ? rc : journal_begin(&journal, &disk, &b, o->same_environment);
    rc = rc != 0 ? rc : sync_folder();
    return rc != 0 ? does_not_fit(rc, &b, in->name) : 0;
}

int ledger_is_open(void)
{
    return fd >= 0;
}

void ledger_close(void)
{
    if (fd >= 0) {
        file_sync(NULL);
        close(fd); /* and with it the lock */
        fd = -1;
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static int failed(int rc)
{
    return FAIL(EXIT_LOCAL,
                "the journal %s: %s; nothing more is sent without it. The same command "
                "goes on when this is mended",
                name, strerror(rc));
}

static int mac_of(const struct nango_source *source, uint64_t *mac)
{
    struct sip s;
    char part[512];
    sip_init(&s, journal.mac_key);
    for (size_t at = 0, n; at < source->len; at += n) {
        n = source->len - at < sizeof part ? source->len - at : sizeof part;
        if (out_read(source, at, part, n) != 0) {
            return -1; /* who reads it next says so */
        }
        sip_add(&s, part, n);
    }
    *mac = sip_end(&s);
    return 0;
}

int ledger_look(unsigned line, const struct nango_source *source, const char *file,
                struct journal_record *r, uint64_t *mac)
{
    *r = (struct journal_record){0};
    if (fd < 0 || mac_of(source, mac) != 0) {
        return 0;
    }
    int rc = journal_look(&journal, line, *mac, r);
    if (rc == JOURNAL_INPUT) {
        return FAIL(EXIT_USAGE,
                    "%s:%u is not the line that the journal %s has recorded: the input "
                    "was changed. What is new goes into a file of its own; --restart "
                    "forgets the journal and sends everything again",
                    file, line, name);
    }
    return rc != 0 ? failed(rc) : 0;
}

int ledger_intend(unsigned line, uint64_t mac, struct journal_record *r)
{
    int rc = fd < 0 ? 0 : journal_intend(&journal, line, mac, r);
    return rc != 0 ? failed(rc) : 0;
}

int ledger_sync(void)
{
    int rc = fd < 0 ? 0 : journal_sync(&journal);
    return rc != 0 ? failed(rc) : 0;
}

int ledger_end(unsigned line, const struct journal_record *r)
{
    int rc = fd < 0 ? 0 : journal_end(&journal, line, r);
    return rc != 0 ? failed(rc) : 0;
}
