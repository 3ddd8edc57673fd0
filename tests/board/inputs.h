/* SPDX-License-Identifier: MIT
 *
 * inputs.h: what the measured programs work on. It is put into memory by the emulator, not by the
 * linker, so that no compiler can see through it. page.mjs makes it.
 */
#ifndef INPUTS_H
#define INPUTS_H

#include "nango.h"

struct inputs {
    struct nango_text type; /* its len alone counts: enum nango_type of the second import */
    struct nango_text secret_key;
    struct nango_text provider_config_key;
    struct nango_text connection_id;
    struct nango_text access_token;
    struct nango_text refresh_token;
    struct nango_text expires_at;
    struct nango_text api_key; /* also the user name, the token, ... of the other types */
    struct nango_text metadata;
    struct nango_text connection_config;
    struct nango_text tag_key;
    struct nango_text tag_value;
    struct nango_text body;
    struct nango_text answer;
};

extern const struct inputs inputs; /* the linker script has its address: the settings page */

#endif
