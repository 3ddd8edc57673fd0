// SPDX-License-Identifier: MIT
// What there is to connect to: integrations and providers.
import { z } from './deps.mjs';
import { describeProvider, integrations, providers } from './catalogue.mjs';
import { fail, parse } from './errors.mjs';
import { emptyQuery, integrationKey } from './schemas.mjs';

const include = z.enum(['webhook', 'credentials']);
const integrationQuery = z.strictObject({ include: z.union([include, z.array(include)]).optional() });
const integrationParams = z.strictObject({ uniqueKey: integrationKey });
const providersQuery = z.strictObject({ search: integrationKey.optional() });
const providerParams = z.strictObject({
    provider: z
        .string()
        .regex(/^[a-zA-Z0-9_-]+$/)
        .max(255)
});

export function listIntegrations() {
    return (req, res) => {
        if (!parse(res, emptyQuery, req.query, 'invalid_query_params')) {
            return;
        }
        const allowed = res.locals.session?.allowed_integrations;
        res.send({
            data: [...integrations.values()].filter((one) => !allowed || allowed.includes(one.unique_key))
        });
    };
}

/** `include` is checked, but adds nothing: the recordings show no answer with it. */
export function getIntegration() {
    return (req, res) => {
        const query = parse(res, integrationQuery, req.query, 'invalid_query_params');
        const params = query && parse(res, integrationParams, req.params, 'invalid_uri_params');
        if (!params) {
            return;
        }
        const integration = integrations.get(params.uniqueKey);
        if (!integration) {
            fail(res, 404, 'not_found', `Integration "${params.uniqueKey}" does not exist`);
            return;
        }
        res.send({ data: integration });
    };
}

export function listProviders() {
    return (req, res) => {
        const query = parse(res, providersQuery, req.query, 'invalid_query_params');
        if (query) {
            const wanted = new RegExp(query.search || '', 'i');
            res.send({
                data: Object.keys(providers)
                    .filter((name) => wanted.test(name))
                    .map(describeProvider)
            });
        }
    };
}

export function getProvider() {
    return (req, res) => {
        const query = parse(res, emptyQuery, req.query, 'invalid_query_params');
        const params = query && parse(res, providerParams, req.params, 'invalid_uri_params');
        if (!params) {
            return;
        }
        if (!Object.hasOwn(providers, params.provider)) {
            fail(res, 404, 'not_found', `Unknown provider ${params.provider}`);
            return;
        }
        res.send({ data: describeProvider(params.provider) });
    };
}

const proxyHeaders = z.object({ 'provider-config-key': z.string(), 'connection-id': z.string() });

/**
 * The proxy goes to real providers, and there are none here: only its check of the headers is the real one.
 */
export function proxy() {
    return (req, res) => {
        if (parse(res, proxyHeaders, req.headers, 'invalid_headers')) {
            fail(res, 500, 'server_error', 'DNS resolution failed.');
        }
    };
}
