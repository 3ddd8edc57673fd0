/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

extern char **environ;

/* Twice the longest token in UTF-8, and what else a connection can have. Pages that are not touched
 * cost nothing. */
enum { ROOM_CAP = 256 * 1024, SECRETS_MAX = 256 };

static char room[ROOM_CAP];
static size_t room_len;
static struct nango_text secrets[SECRETS_MAX]; /* those in the room that may never be shown */
static size_t secrets_len;
static char stdin_flag[64]; /* the flag that has read standard input; "": none */

void secret_harden(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

void secret_wipe(void)
{
    volatile char *p = room;
    while (room_len > 0) {
        p[--room_len] = 0;
    }
}

int secret_is_public(const char *member, size_t len)
{
    static const char *const members[] = {"type",       "client_id", "username",
                                          "expires_at", "app_id",    "installation_id"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strlen(members[i]) == len && memcmp(member, members[i], len) == 0) {
            return 1;
        }
    }
    return 0;
}

size_t secret_count(void)
{
    return secrets_len;
}

struct nango_text secret_at(size_t i)
{
    return secrets[i];
}

void secret_keep(struct nango_text value)
{
    if (secrets_len < SECRETS_MAX) {
        secrets[secrets_len++] = value;
    }
}

int secret_read_all(int fd, const char *what, struct nango_text *value)
{
    value->ptr = room + room_len;
    value->len = 0;
    for (;;) {
        if (room_len == sizeof room) {
            return FAIL(EXIT_LOCAL,
                        "%s is too large: all values of one connection may have %d bytes", what,
                        ROOM_CAP);
        }
        ssize_t n = read(fd, room + room_len, sizeof room - room_len);
        if (n > 0) {
            room_len += (size_t)n;
            value->len += (size_t)n;
        } else if (n == 0) {
            return 0;
        } else if (errno != EINTR) {
            return FAIL(EXIT_LOCAL, "cannot read %s: %s", what, strerror(errno));
        }
    }
}

/* ---- the environment ------------------------------------------------------------------------- */

/* Moves the values of a variable (is_prefix: of all whose names begin so) into the room: the last
 * one stays in *value. The memory that /proc/PID/environ shows holds zeros then. */
static int take(const char *name, int is_prefix, struct nango_text *value)
{
    size_t name_len = strlen(name);
    for (char **at = environ; at != NULL && *at != NULL; at++) {
        char *text = strchr(*at, '=');
        if (text == NULL || strncmp(*at, name, name_len) != 0 ||
            (!is_prefix && text != *at + name_len)) {
            continue;
        }
        size_t len = strlen(++text);
        if (len > sizeof room - room_len) {
            return FAIL(EXIT_USAGE, "the environment variable %s is too long", name);
        }
        memcpy(room + room_len, text, len);
        memset(text, 0, len);
        if (text == *at + name_len + 1) {
            *value = (struct nango_text){room + room_len, len};
        }
        secret_keep((struct nango_text){room + room_len, len});
        room_len += len;
    }
    return 0;
}

int secret_key_from_environment(struct nango_text *value)
{
    *value = (struct nango_text){NULL, 0};
    return take("NANGO_SECRET_KEY", 1, value);
}

/* ---- what a flag names ----------------------------------------------------------------------- */

static int read_stdin(const char *flag, struct nango_text *value)
{
    if (stdin_flag[0] != 0) {
        return FAIL(EXIT_USAGE, "--%s @-: standard input was read for --%s already", flag,
                    stdin_flag);
    }
    if (isatty(STDIN_FILENO)) {
        return FAIL(EXIT_USAGE,
                    "--%s @-: standard input is a terminal, which would show what is typed; use a "
                    "file or a pipe",
                    flag);
    }
    strncpy(stdin_flag, flag, sizeof stdin_flag - 1);
    return secret_read_all(STDIN_FILENO, "standard input", value);
}

static int read_file(const char *flag, const char *path, int is_secret, struct nango_text *value)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return FAIL(EXIT_LOCAL, "--%s: cannot open %s: %s%s", flag, path, strerror(errno),
                    is_secret ? "" : " (a value that begins with @ is written @@)");
    }
    if (is_secret && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IROTH) != 0) {
        SAY("warning: every user of this machine can read %s: chmod 600 it", path);
    }
    int rc = secret_read_all(fd, path, value);
    close(fd);
    return rc;
}

static void drop_line_end(struct nango_text *value)
{
    if (value->len > 0 && value->ptr[value->len - 1] == '\n') {
        value->len--;
        value->len -= value->len > 0 && value->ptr[value->len - 1] == '\r';
    }
}

int secret_value(const char *flag, const char *given, int is_secret, struct nango_text *value)
{
    int rc = 0;
    *value = (struct nango_text){NULL, 0};
    if (strncmp(given, "env:", 4) == 0) {
        rc = take(given + 4, 0, value);
        if (rc == 0 && value->ptr == NULL) {
            return FAIL(EXIT_USAGE, "--%s: there is no environment variable %s", flag, given + 4);
        }
        return rc;
    }
    if (given[0] == '@' && !(given[1] == '@' && !is_secret)) {
        rc = strcmp(given, "@-") == 0 ? read_stdin(flag, value)
                                      : read_file(flag, given + 1, is_secret, value);
        if (rc == 0) {
            drop_line_end(value);
            if (is_secret) {
                secret_keep(*value);
            }
        }
        return rc;
    }
    if (is_secret) {
        return FAIL(EXIT_USAGE,
                    "--%s: a secret on the command line can be read by every user of this machine "
                    "(ps) and stays in the shell's history. Write @FILE (a file with the secret), "
                    "@- (standard input) or env:NAME instead; a secret that was typed here "
                    "is better changed",
                    flag);
    }
    given += given[0] == '@';
    *value = (struct nango_text){given, strlen(given)};
    return 0;
}
