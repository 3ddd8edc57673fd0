// SPDX-License-Identifier: MIT
// A credential submitted with a connect session's token: POST /api-auth/* and /auth/*.
import { randomUUID } from 'node:crypto';
import { z } from './deps.mjs';
import { integrations, providers, tbaClient } from './catalogue.mjs';
import { fail, issues, parse } from './errors.mjs';
import { upsert } from './import.mjs';
import { connectionId, credentialMembers, integrationKey } from './schemas.mjs';

const text = z.string().min(1);

function tbaCredentials({
    token_id,
    token_secret,
    oauth_client_id_override: client_id,
    oauth_client_secret_override: client_secret
}) {
    return {
        type: 'TBA',
        token_id,
        token_secret,
        config_override: { ...(client_id && { client_id }), ...(client_secret && { client_secret }) }
    };
}

// path: [auth_mode, body or none, the credentials that are stored]. No integration of the last four modes
// exists here, as in the recordings, so a submission of theirs ends at its body or at invalid_auth_mode.
const kinds = {
    '/api-auth/api-key': [
        'API_KEY',
        z.strictObject(credentialMembers.API_KEY),
        ({ apiKey }) => ({ type: 'API_KEY', apiKey })
    ],
    '/api-auth/basic': [
        'BASIC',
        z.strictObject(credentialMembers.BASIC),
        ({ username, password }) => ({ type: 'BASIC', username, password })
    ],
    '/auth/tba': [
        'TBA',
        z.strictObject({
            token_id: text,
            token_secret: text,
            oauth_client_id_override: z.string().optional(),
            oauth_client_secret_override: z.string().optional()
        }),
        tbaCredentials
    ],
    '/auth/unauthenticated': ['NONE', undefined, () => ({})],
    '/auth/oauth-outbound': ['OAUTH2', undefined, () => ({ type: 'OAUTH2' })],
    '/auth/jwt': ['JWT', z.looseObject({}), (body) => ({ type: 'JWT', ...body })],
    '/auth/two-step': ['TWO_STEP', z.looseObject({})],
    '/auth/bill': [
        'BILL',
        z.strictObject({ username: text, password: text, organization_id: text, dev_key: text })
    ],
    '/auth/signature': ['SIGNATURE', z.strictObject({ username: text, password: text, type: text })],
    '/auth/aws-sigv4': [
        'AWS_SIGV4',
        z.strictObject({
            role_arn: text,
            region: text
                .max(64)
                .regex(/^[a-z0-9-]+$/, 'AWS region must contain only lowercase letters, digits, and hyphens')
                .optional()
        })
    ]
};

const sessionToken = z.string().regex(/^nango_connect_session_[a-f0-9]{64}$/);
const query = z
    .object({ connection_id: connectionId.optional(), params: z.looseObject({}).optional() })
    .and(
        z.union([
            z.object({ public_key: z.string().uuid(), hmac: z.string().optional() }),
            z.object({ connect_session_token: sessionToken })
        ])
    );
const params = z.strictObject({ providerConfigKey: integrationKey });

/** connection_config: params[...] of the query, as text, then the session's defaults. */
function configOf(given, session, key) {
    const { webhook_url, ...config } = given || {};
    const strings = Object.entries(config).filter(([, value]) => typeof value === 'string');
    return {
        ...Object.fromEntries(strings),
        ...session.integrations_config_defaults?.[key]?.connection_config
    };
}

function submit(twin, [mode, bodySchema, credentialsOf]) {
    return async (req, res) => {
        const body = bodySchema ? parse(res, bodySchema, req.body, 'invalid_body') : {};
        const asked = body && parse(res, query, req.query, 'invalid_query_params');
        const path = asked && parse(res, params, req.params, 'invalid_uri_params');
        if (!path) {
            return;
        }
        if (asked.connection_id) {
            const message = 'connection_id is forbidden when using session token';
            fail(
                res,
                400,
                'invalid_query_params',
                undefined,
                issues({ issues: [{ code: 'custom', message, path: ['connection_id'] }] })
            );
            return;
        }
        const key = path.providerConfigKey;
        const { session } = res.locals;
        const integration = integrations.get(key);
        if (!integration) {
            fail(res, 404, 'unknown_provider_config');
            return;
        }
        if (providers[integration.provider].auth_mode !== mode) {
            fail(res, 400, 'invalid_auth_mode');
            return;
        }
        if (session.allowed_integrations && !session.allowed_integrations.includes(key)) {
            fail(res, 400, 'integration_not_allowed');
            return;
        }
        const old = session.connection && twin.store.get(session.connection);
        if (session.connection && !old) {
            fail(res, 400, 'invalid_connection');
            return;
        }
        const credentials = credentialsOf(body);
        const message = twin.upstream.test(integration.provider, credentials);
        if (message) {
            fail(res, 400, 'connection_test_failed', message);
            return;
        }
        const row = await upsert(twin, res.locals.account, mode, {
            provider_config_key: key,
            connection_id: old ? old.connection_id : randomUUID(),
            credentials,
            connection_config: {
                ...configOf(asked.params, session, key),
                ...(mode === 'TBA' && tbaClient),
                ...(mode === 'OAUTH2' && { pending: true })
            },
            metadata: mode === 'NONE' || mode === 'OAUTH2' ? undefined : {},
            tags: session.tags,
            webhook_url_override: session.webhook_url_override
        });
        if (session.end_user) {
            twin.store.put({ ...row, end_user: session.end_user });
        }
        res.send({ connectionId: row.connection_id, providerConfigKey: key });
    };
}

export function addSubmitRoutes(router, twin) {
    for (const [path, kind] of Object.entries(kinds)) {
        router.post(`${path}/:providerConfigKey`, twin.auth.sessionInQuery(), submit(twin, kind));
    }
}
