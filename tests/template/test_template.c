/* SPDX-License-Identifier: MIT
 *
 * The port to copy (port/template), as it stands: it compiles, knows no network, and says so.
 */
#include "unit.h"

#include "nango.h"
#include "nango_port_template.h"

static int entropy(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)buf)[i] = (uint8_t)(7 * i + 1);
    }
    return 0;
}

void test_template(void)
{
    static struct nango_template c;
    static struct nango_tls tls = {.settings = {.entropy = entropy}};
    static struct nango_client client;
    static struct nango_result result;
    static uint8_t work[512];
    const struct nango_port *port = &nango_port_template;

    unit_case("an opening goes through its states to UNREACHABLE, again after net_close");
    for (int i = 0; i < 2; i++) {
        CHECK_INT(port->net_open(&c, "localhost", 443, 1000), 0);
        CHECK_INT(port->net_open(&c, "localhost", 443, 1000), 0);
        CHECK_INT(port->net_open(&c, "localhost", 443, 1000), NANGO_PORT_UNREACHABLE);
        CHECK_INT(port->net_open(&c, "localhost", 443, 1000), NANGO_PORT_UNREACHABLE);
        port->net_close(&c);
    }
    CHECK_INT(port->uptime_ms(&c), 0);

    unit_case("an import over it is NOT_SENT, and not for want of trying");
    CHECK_INT(nango_init(&client,
                         &(struct nango_settings){.tls = &tls,
                                                  .port = port,
                                                  .port_ctx = &c,
                                                  .host = "localhost",
                                                  .plain_http = 1,
                                                  .secret_key = NANGO_STR("c2f40b6b-0f3d-4b9a-9f5e-"
                                                                          "3d1c9a7f2b11"),
                                                  .work = work,
                                                  .work_cap = sizeof work,
                                                  .deadline_ms = 1}),
              0);
    struct nango_connection connection = {
        .provider_config_key = NANGO_STR("github"),
        .credentials = {.type = NANGO_API_KEY, .api_key = {.api_key = NANGO_STR("k")}},
    };
    int rc = nango_import_begin(&client, &connection, &result);
    for (int i = 0; i < 10 && rc >= 0 && result.outcome == NANGO_PENDING; i++) {
        rc = nango_poll(&client);
        port->wait(&c, rc, 1);
    }
    CHECK_INT(rc, NANGO_E_UNREACHABLE);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    CHECK_INT(result.attempts, 1);
    nango_close(&client);
}
