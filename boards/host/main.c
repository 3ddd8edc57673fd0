/* SPDX-License-Identifier: MIT
 *
 * main.c: nangoc, the program: nango-c on a host.
 */
#define _DEFAULT_SOURCE
#include "import.h"
#include "options.h"
#include "roots.h"
#include "secret.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

volatile sig_atomic_t nangoc_interrupted;

static const char help_text[] = /* 24 lines of at most 80 columns: a screen */
    "nangoc import [FILE...]         JSON Lines, one connection a line; - is stdin\n"
    "nangoc import --integration KEY --id ID CREDENTIAL [OPTION...]\n"
    "  CREDENTIAL  --api-key S | --basic USER:S | --access-token S\n"
    "              [--refresh-token S] [--expires-at TIME] | --type NONE | ...:\n"
    "              each member of Nango's API is a flag, a --as-this for an as_this\n"
    "  S           @FILE, @- (stdin) or env:NAME; never the secret itself\n"
    "  OPTION      --metadata @FILE  --connection-config @FILE  --tag KEY=VALUE\n"
    "              --webhook-url-override URL  --end-user-id ID  --type TYPE\n"
    "nangoc roots HOST[:PORT]        the roots that a device needs, as C and PEM\n"
    "Options\n"
    "  --secret-key @FILE  Nango's key; else from the environment: NANGO_SECRET_KEY\n"
    "  --ca FILE           trust these roots, not the system's (or SSL_CERT_FILE)\n"
    "  --timeout SECONDS   for each connection (30)\n"
    "  --json              outcomes as JSON Lines\n"
    "  -q, --quiet         no line for what is done     -v, --verbose  what moves\n"
    "  --insecure-http     plain http to another machine\n"
    "NANGO_HOSTPORT in the environment is the server (https://api.nango.dev).\n"
    "Exit status: the highest of 0 all imported, 1 some refused, 2 usage or\n"
    "settings, 3 stopped by 401, 403 or the plan, 4 network, TLS or in doubt,\n"
    "5 a local file, 130 Ctrl-C\n"
    "Examples\n"
    "  nangoc import connections.jsonl\n"
    "  nangoc import --integration github --id u1 --access-token @token.txt\n"
    "  pass show crm | nangoc import --integration crm --id u2 --api-key @-\n";

static void interrupt(int signal)
{
    (void)signal;
    nangoc_interrupted++;
}

/* Reads and waits end with EINTR, and their loops look at nangoc_interrupted. */
static void catch_signals(void)
{
    struct sigaction catch = {.sa_handler = interrupt}, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &catch, NULL);
    sigaction(SIGTERM, &catch, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL); /* a file at its limit is an error of write */
}

static int version(const struct options *o)
{
    (void)o;
    print_f(&print_out, "nangoc " NANGO_VERSION "\n");
    return 0;
}

static int help(const struct options *o)
{
    int asked = o->help || o->command != NULL;
    print_bytes(asked ? &print_out : &print_err, help_text, sizeof help_text - 1);
    return asked ? 0 : EXIT_USAGE;
}

/* Each returns the exit code of the program. */
static const struct {
    const char *name;
    int (*run)(const struct options *o);
} commands[] = {
    {"import", import_run},
    {"roots", roots_run},
    {"version", version},
    {"help", help},
};

static int run(const struct options *o)
{
    if (o->version) {
        return version(o);
    }
    if (o->help || o->command == NULL) {
        return help(o);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(o->command, commands[i].name) == 0) {
            return commands[i].run(o);
        }
    }
    return FAIL(EXIT_USAGE, "unknown command %s; see nangoc --help", o->command);
}

/* What was closed when the program began must not become a file or connection of ours, to which
 * then a secret or an outcome goes: it reads as empty, and what is written to it is an error. */
static void keep_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1) {
            (void)open("/dev/null", O_RDONLY); /* the lowest number that is free: fd */
        }
    }
}

int main(int argc, char **argv)
{
    static struct options options;
    (void)argc; /* argv ends with NULL */
    print_out.fd = STDOUT_FILENO;
    print_err.fd = STDERR_FILENO;
    keep_standard();
    secret_harden();
    catch_signals();
    int rc = options_parse(&options, argv);
    if (rc == 0) {
        rc = run(&options);
    }
    secret_wipe();
    print_flush(&print_err);
    return print_flush(&print_out) != 0 && rc < EXIT_LOCAL ? EXIT_LOCAL : rc;
}
