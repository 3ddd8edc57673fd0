// SPDX-License-Identifier: MIT
// POST /connections. All that writes a row of credentials is here: submit.mjs (a credential with a session's
// token) uses upsert() too.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { integrations, providers, tbaClient } from './catalogue.mjs';
import { fail, parse } from './errors.mjs';
import { DatabaseError, jsonb, varchar } from './jsonb.mjs';
import { endUserRow, imported, mergedTags } from './public.mjs';
import { emptyQuery, importBody } from './schemas.mjs';
import { now } from './store.mjs';

// What the real server's three ways of writing differ in: whether updated_at moves with an update, whether
// two first writes at the same instant meet in the unique index (one of them then ends in a 500), and whether
// last_fetched_at begins as null.
const ways = {
    oauth: { touches: false, collides: true, fetched: true },
    api: { touches: true, collides: false, fetched: true },
    none: { touches: true, collides: true, fetched: false }
};
const wayOf = { API_KEY: ways.api, BASIC: ways.api, TBA: ways.api, NONE: ways.none };

/**
 * Writes a row. The store is asked, then written to a moment later, as a database is: requests at the same
 * time can collide.
 */
export async function upsert({ store, options }, environment, type, fields) {
    const way = wayOf[type] || ways.oauth;
    const found = store.find(environment, fields.provider_config_key, fields.connection_id);
    await sleep(options.write_ms);
    const at = now();
    const write = {
        ...fields,
        errors: [],
        last_refresh_failure: null,
        connection_config: jsonb(fields.connection_config),
        metadata: fields.metadata ? jsonb(fields.metadata) : found?.metadata || {},
        tags: jsonb(fields.tags)
    };
    const id = found ? found.id : store.nextId();
    const connection_id = varchar(fields.connection_id, 255);
    const rival = store.find(environment, fields.provider_config_key, connection_id);
    if (rival && !found && way.collides) {
        throw new DatabaseError('duplicate key value violates unique constraint');
    }
    if (found && !rival) {
        throw new DatabaseError('the row was deleted meanwhile');
    }
    if (rival) {
        return store.put({
            ...rival,
            ...write,
            connection_id,
            updated_at: way.touches ? at : rival.updated_at,
            posts: rival.posts + 1
        });
    }
    return store.put({
        id,
        environment,
        provider: integrations.get(fields.provider_config_key).provider,
        end_user: null,
        ...write,
        connection_id,
        created_at: at,
        updated_at: at,
        last_fetched_at: way.fetched ? at : null,
        posts: 1
    });
}

/**
 * What is stored for the credentials of a body: { credentials, connection_config } or { status, code, message
 * }.
 */
function prepare({ upstream }, provider, body) {
    const { credentials } = body;
    const connection_config = body.connection_config || {};
    switch (credentials.type) {
        case 'OAUTH2':
        case 'OAUTH2_CC':
        case 'OAUTH1':
            return { credentials: { ...credentials, raw: credentials }, connection_config };
        case 'APP':
        case 'CUSTOM': {
            const made = upstream.githubApp(credentials);
            return made.message
                ? { status: 500, code: 'server_error', message: made.message }
                : { ...made, connection_config };
        }
        case 'NONE':
            return { credentials: {}, connection_config };
    }
    if (credentials.type === 'TBA' && !connection_config.accountId) {
        const message =
            'Missing accountId in connection_config. This is required to create a TBA connection.';
        return { status: 400, code: 'invalid_body', message };
    }
    const message = upstream.test(provider, credentials);
    if (message) {
        return { status: 400, code: 'connection_test_failed', message };
    }
    return {
        credentials,
        connection_config:
            credentials.type === 'TBA' ? { ...connection_config, ...tbaClient } : connection_config
    };
}

export const capped = ({ store }, res) =>
    res.locals.cap !== undefined && store.list(res.locals.account).length >= res.locals.cap;

export const cappedMessage =
    'Reached maximum number of allowed connections. Upgrade your plan to get rid of connection limits.';

export function postConnection(twin) {
    return async (req, res) => {
        if (!parse(res, emptyQuery, req.query, 'invalid_query_params')) {
            return;
        }
        const body = parse(res, importBody, req.body, 'invalid_body');
        if (!body) {
            return;
        }
        const integration = integrations.get(varchar(body.provider_config_key));
        if (!integration) {
            fail(res, 404, 'not_found', 'Integration does not exist');
            return;
        }
        if (capped(twin, res)) {
            fail(res, 400, 'resource_capped', cappedMessage);
            return;
        }
        const { type } = body.credentials;
        const { auth_mode } = providers[integration.provider];
        if (auth_mode !== type) {
            fail(res, 400, 'invalid_body', `Provider ${auth_mode} does not support ${type} auth`);
            return;
        }
        const ready = prepare(twin, integration.provider, body);
        if (ready.code) {
            fail(res, ready.status, ready.code, ready.message);
            return;
        }
        let row = await upsert(twin, res.locals.account, type, {
            provider_config_key: body.provider_config_key,
            connection_id: body.connection_id ?? randomUUID(),
            credentials: ready.credentials,
            connection_config: ready.connection_config,
            metadata: body.metadata || {},
            tags: mergedTags(body.end_user, null, body.tags),
            webhook_url_override: body.webhook_url_override ?? null
        });
        if (body.end_user) {
            row = twin.store.put({ ...row, end_user: endUserRow(body.end_user) });
        }
        res.status(201).send(imported(row, body.end_user ? row.end_user : null));
    };
}
