/* SPDX-License-Identifier: MIT
 *
 * diagnose: `nangoc check`: why does it not work, in one screen: the way to the server step by
 * step, its certificate, this machine's clock, the key, an integration. Imports nothing.
 */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "options.h"

int diagnose_run(const struct options *o);

#endif
