/* SPDX-License-Identifier: MIT */
#include "import.h"

#include "bulk.h"
#include "exists.h"
#include "flags.h"
#include "rate.h"
#include "results.h"
#include "shard.h"
#include "slot.h"

#include <string.h>

/* One connection; its rate limit and its journal are the user's affair. */
static int import_flags(const struct options *o, const struct settings *s)
{
    static struct flags f;
    static struct item item;
    int rc = flags_read(&f, o, NULL, 1);
    if (rc != 0) {
        return rc;
    }
    const struct nango_connection *c = &f.connection;
    item.connection = *c;
    item.integration = c->provider_config_key;
    item.id = c->connection_id;
    if (o->dry_run) {
        nango_check(c, NULL, 0, &item.result);
        item.result.outcome = item.result.error == 0 ? NANGO_DONE : item.result.outcome;
    }
    for (int ended = o->dry_run || !slots_start(&item); !ended; ended = slots_ended() != NULL) {
        slots_wait(-1, 1000);
        if (nangoc_interrupted > 1) {
            slots_cancel();
        }
    }
    if (item.result.outcome == NANGO_REFUSED && item.result.status == 0) {
        if (strncmp(item.result.member, "metadata", 8) == 0) {
            item_locate(&item, &c->metadata, "--metadata", 1);
        } else if (strncmp(item.result.member, "connection_config", 17) == 0) {
            item_locate(&item, &c->connection_config, "--connection-config", 1);
        }
    }
    return bulk_tell(o, s, &item);
}

static int import_files(const struct options *o, const struct settings *s)
{
    static char *standard_input[] = {"-"};
    char **files = o->files_len > 0 ? o->files : standard_input;
    int len = o->files_len > 0 ? o->files_len : 1, code = 0, stops = 0;
    if (len > 1 && (o->journal != NULL)) {
        return FAIL(EXIT_USAGE, "--journal is of one input: import %s and %s one after the other",
                    files[0], files[1]);
    }
    for (int i = 0; i < len && !stops; i++) {
        int rc = bulk_run(o, s, files[i], &stops);
        code = rc > code ? rc : code;
    }
    return code;
}

int import_run(const struct options *o)
{
    static struct settings s;
    int flags = o->given_len > 0;
    if (flags && o->files_len > 0) {
        return FAIL(EXIT_USAGE, "%s and --%.*s: a file's lines bring all members of their own",
                    o->files[0], (int)o->given[0].name_len, o->given[0].name);
    }
    int rc = rate_set(o);
    rc = rc != 0 ? rc : shard_set(o->shard);
    rc = rc != 0 ? rc : exists_set(o);
    rc = rc != 0 ? rc : results_open(o);
    if (!o->dry_run || o->online) {
        rc = rc != 0 ? rc : settings_read(&s, o);
        rc = rc != 0 ? rc : slots_open(&s, o, flags ? 1 : o->parallel);
    }
    if (rc != 0) {
        return rc;
    }
    rc = flags ? import_flags(o, &s) : import_files(o, &s);
    slots_close();
    int written = results_close();
    rc = written > rc ? written : rc;
    return report_summary(o, nangoc_interrupted ? EXIT_INTERRUPTED : rc);
}
