// SPDX-License-Identifier: MIT
// Connect sessions: a token, good for 30 minutes, with which a person or a device adds one credential.
import { randomBytes } from 'node:crypto';
import { integrations } from './catalogue.mjs';
import { fail, issues, parse } from './errors.mjs';
import { capped, cappedMessage } from './import.mjs';
import { jsonb } from './jsonb.mjs';
import { endUserRow, mergedTags } from './public.mjs';
import * as schemas from './schemas.mjs';

const life_ms = 30 * 60 * 1000;
const override = 'You are not allowed to override the docs connect url';

/**
 * connection_config.webhook_url of a default is deprecated: it is taken out, and becomes webhook_url_override
 * unless that is there.
 */
function liftWebhook(body) {
    const found = [];
    const urls = [];
    const defaults = {};
    for (const [key, value] of Object.entries(body.integrations_config_defaults || {})) {
        const { webhook_url, ...config } = value.connection_config || {};
        defaults[key] = value;
        if (webhook_url === undefined && !('webhook_url' in (value.connection_config || {}))) {
            continue;
        }
        const result = schemas.webhookUrl.safeParse(webhook_url);
        if (!result.success) {
            const note =
                'Note: connection_config.webhook_url is deprecated; use top-level webhook_url_override instead.';
            found.push(
                ...result.error.issues.map((issue) => ({
                    ...issue,
                    message: `${issue.message}. ${note}`,
                    path: [
                        'integrations_config_defaults',
                        key,
                        'connection_config',
                        'webhook_url',
                        ...issue.path
                    ]
                }))
            );
            continue;
        }
        if (result.data) {
            urls.push(result.data);
        }
        defaults[key] = { ...value, connection_config: Object.keys(config).length > 0 ? config : undefined };
    }
    return {
        found,
        defaults: body.integrations_config_defaults && defaults,
        webhook: body.webhook_url_override ?? urls[0]
    };
}

function missing(names, path) {
    return names
        .map((name, index) => ({ name, path: path(name, index) }))
        .filter(({ name }) => !integrations.has(name))
        .map(({ path }) => ({ code: 'custom', message: 'Integration does not exist', path }));
}

/** The checks that both calls share, and the session's members; undefined when the answer was sent. */
function prepare(res, body, withAllowed) {
    const { found, defaults, webhook } = liftWebhook(body);
    const bad =
        found.length > 0
            ? found
            : [
                  ...missing(withAllowed ? body.allowed_integrations || [] : [], (name, index) => [
                      'allowed_integrations',
                      index
                  ]),
                  ...missing(Object.keys(defaults || {}), (name) => ['integrations_config_defaults', name]),
                  ...missing(Object.keys(body.overrides || {}), (name) => ['overrides', name])
              ];
    if (bad.length > 0) {
        fail(res, 400, 'invalid_body', undefined, issues({ issues: bad }));
        return undefined;
    }
    if (Object.values(body.overrides || {}).some((one) => one.docs_connect)) {
        fail(res, 403, 'forbidden', override);
        return undefined;
    }
    return {
        end_user: body.end_user ? endUserRow(body.end_user, body.organization) : null,
        tags: mergedTags(body.end_user, body.organization, body.tags),
        integrations_config_defaults: defaults ? jsonb(defaults) : null,
        overrides: body.overrides || null,
        webhook_url_override: webhook || null
    };
}

function open({ store, options }, res, session) {
    const token = `nango_connect_session_${randomBytes(32).toString('hex')}`;
    const expires_at = new Date(Date.now() + life_ms).toISOString();
    store.record({ session: { token, environment: res.locals.account, expires_at, ...session } });
    const connect_link = `${options.connect_url}?session_token=${token}`;
    res.status(201).send({ data: { token, connect_link, expires_at } });
}

export function postSession(twin) {
    return (req, res) => {
        if (!parse(res, schemas.emptyQuery, req.query, 'invalid_query_params')) {
            return;
        }
        const byTags =
            req.body &&
            typeof req.body === 'object' &&
            !Array.isArray(req.body) &&
            'tags' in req.body &&
            !('end_user' in req.body);
        const body = parse(
            res,
            byTags ? schemas.sessionBodyByTags : schemas.sessionBody,
            req.body,
            'invalid_body'
        );
        if (!body) {
            return;
        }
        if (capped(twin, res)) {
            fail(res, 400, 'resource_capped', cappedMessage);
            return;
        }
        const session = prepare(res, body, true);
        if (session) {
            const allowed = body.allowed_integrations || [];
            open(twin, res, {
                ...session,
                allowed_integrations: allowed.length > 0 ? allowed : null,
                connection: null
            });
        }
    };
}

export function postReconnect(twin) {
    return (req, res) => {
        const query = parse(res, schemas.emptyQuery, req.query, 'invalid_query_params');
        const body = query && parse(res, schemas.reconnectBody, req.body, 'invalid_body');
        if (!body) {
            return;
        }
        const row = twin.store.find(res.locals.account, body.integration_id, body.connection_id);
        if (!row) {
            fail(res, 400, 'invalid_body', 'ConnectionID or IntegrationId does not exists');
            return;
        }
        const session = prepare(res, body, false);
        if (session) {
            open(twin, res, {
                ...session,
                end_user: session.end_user || row.end_user,
                allowed_integrations: [body.integration_id],
                connection: row.id
            });
        }
    };
}

const ui = {
    showWatermark: true,
    defaultTheme: 'system',
    theme: { light: { primary: '#00B2E3' }, dark: { primary: '#00B2E3' } }
};

/** No query and no body: true when nothing was sent. */
function bare(req, res) {
    return (
        parse(res, schemas.emptyQuery, req.query, 'invalid_query_params') &&
        (!req.body || parse(res, schemas.emptyQuery, req.body, 'invalid_body'))
    );
}

export function getSession() {
    return (req, res) => {
        if (!bare(req, res)) {
            return;
        }
        const { session } = res.locals;
        const { end_user, allowed_integrations, integrations_config_defaults: defaults, overrides } = session;
        const shown = ([key, { connection_config, authorization_params }]) => [
            key,
            { connection_config, authorization_params }
        ];
        res.send({
            data: {
                endUser: end_user,
                connectUISettings: ui,
                allowed_integrations: allowed_integrations || undefined,
                integrations_config_defaults: defaults
                    ? Object.fromEntries(Object.entries(defaults).map(shown))
                    : undefined,
                isReconnecting: session.connection ? true : undefined,
                overrides: overrides || undefined,
                websocketsPath: '/'
            }
        });
    };
}

export function deleteSession({ store }) {
    return (req, res) => {
        if (bare(req, res)) {
            store.record({ ended: res.locals.session.token });
            res.status(204).send();
        }
    };
}
