/* SPDX-License-Identifier: MIT
 *
 * main.c: nangoc, the program: nango-c on a host.
 */
#define _DEFAULT_SOURCE
#include "change.h"
#include "diagnose.h"
#include "get.h"
#include "import.h"
#include "list.h"
#include "options.h"
#include "roots.h"
#include "secret.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

volatile sig_atomic_t nangoc_interrupted;

static const char help_text[] = /* 24 lines of at most 80 columns: a screen */
    "nangoc import [FILE...]         JSON Lines or CSV, one connection a line\n"
    "  --dry-run  checks all, sends nothing     --limit N  a few lines first\n"
    "  --map COLUMN=MEMBER  --set MEMBER=VALUE  for a CSV with names of its own\n"
    "  --if-exists overwrite|skip|fail          fail, from files\n"
    "  --results FILE  --rejects FILE           what came of it; what to mend\n"
    "  --parallel N (4)  --rate N/m  --reserve P% (20)  --max-refused N|P%\n"
    "  Broken off? The same command goes on: FILE.journal knows what is done.\n"
    "nangoc import --integration KEY --id ID CREDENTIAL [--tag KEY=VALUE ...]\n"
    "  CREDENTIAL  --api-key S | --basic USER:S | --type NONE | --access-token S\n"
    "              [--refresh-token S] [--expires-at TIME] | ... (man nangoc)\n"
    "  S           @FILE, @- (stdin) or env:NAME; never the secret itself\n"
    "nangoc roots HOST[:PORT]        the roots that a device needs, as C and PEM\n"
    "nangoc check [--integration KEY]  why does it not work?\n"
    "nangoc get|list|update|metadata|rotate|delete   see nangoc help connections\n"
    "Options for all: --secret-key @FILE, else NANGO_SECRET_KEY is the key;\n"
    "  --ca FILE  --timeout SECONDS (30)  --json  -q, --quiet  -v, --verbose\n"
    "NANGO_HOSTPORT in the environment is the server (https://api.nango.dev).\n"
    "Exit status: the highest of 0 all imported, 1 some refused, 2 usage or\n"
    "settings, 3 stopped by 401, 403 or the plan, 4 network, TLS or in doubt,\n"
    "5 a local file, 130 Ctrl-C\n"
    "Examples\n"
    "  nangoc import --dry-run connections.jsonl\n"
    "  nangoc import --set credentials.type=API_KEY --rejects bad.csv export.csv\n"
    "  pass show crm | nangoc import --integration crm --id u2 --api-key @-\n";

static const char help_connections[] =
    "nangoc list [--integration KEY] [--id ID] [--search TEXT] [--tag KEY=VALUE ...]\n"
    "            [--end-user-id ID]  all that fit: a table, or --json lines\n"
    "nangoc get ID --integration KEY [--force-refresh]   without its secrets\n"
    "  --field NAME   this value alone, as access_token or metadata: a secret if\n"
    "                 you ask for one  --out FILE  into this file, mode 0600\n"
    "nangoc update ID --integration KEY  replaces what is given of\n"
    "  --tag KEY=VALUE ...  --webhook-url-override URL  --end-user-id ID ...\n"
    "nangoc metadata set|merge ID --integration KEY --metadata @FILE\n"
    "nangoc rotate ID --integration KEY CREDENTIAL   as for import; keeps the rest:\n"
    "                 metadata, connection_config, tags, webhook_url_override\n"
    "nangoc delete ID --integration KEY [--yes]\n"
    "Example\n"
    "  nangoc get u1 --integration github --field access_token --out token.txt\n";

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
    if (o->files_len > 0 && strcmp(o->files[0], "connections") == 0) {
        print_bytes(&print_out, help_connections, sizeof help_connections - 1);
        return 0;
    }
    print_bytes(asked ? &print_out : &print_err, help_text, sizeof help_text - 1);
    return asked ? 0 : EXIT_USAGE;
}

/* Each returns the exit code of the program. */
static const struct {
    const char *name;
    int (*run)(const struct options *o);
} commands[] = {
    {"import", import_run},
    {"get", get_run},
    {"list", list_run},
    {"update", change_update},
    {"metadata", change_metadata},
    {"rotate", change_rotate},
    {"delete", change_delete},
    {"check", diagnose_run},
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
