/* SPDX-License-Identifier: MIT
 *
 * results: --results FILE: a line of JSON for each line of the input: {"file", "line",
 * "provider_config_key", "connection_id", "outcome", "id"}. --rejects FILE: the lines that were
 * refused, as they stood, to be mended and imported, and beside it FILE.why: {"file", "line",
 * "code", "message", "path"} for each. Both are written anew by each run: what an earlier one has
 * done comes from the journal.
 */
#ifndef RESULTS_H
#define RESULTS_H

#include "item.h"

/* All three: 0 or an exit code. */
int results_open(const struct options *o);
/* The header of a CSV file, which its rejects begin with too. */
int results_header(const struct nango_source *row);
int results_put(const struct item *item, const struct report_line *l);
int results_close(void);

#endif
