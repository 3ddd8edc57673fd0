// SPDX-License-Identifier: MIT
// The calls on connections that are there: list, get, patch, delete, metadata.
import { mayReadCredentials } from './auth.mjs';
import { integrations } from './catalogue.mjs';
import { fail, parse } from './errors.mjs';
import { jsonb } from './jsonb.mjs';
import { endUserRow, listed, mergedTags, retrieved } from './public.mjs';
import * as schemas from './schemas.mjs';
import { now } from './store.mjs';

const refreshMargin_ms = 15 * 60 * 1000;
const refreshBackoff_ms = 30 * 1000;

// ---- list

/** ILIKE '%text%': % and _ in the text are wildcards, as the real server does not escape them. */
function ilike(text) {
    const pattern = text.replace(/\\(.)|[\s\S]/gu, (char, escaped) => {
        const wild = { '%': '[^]*', _: '[^]' }[char];
        return wild || (escaped || char).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    });
    const regex = new RegExp(pattern, 'iu');
    return (value) => value !== null && value !== undefined && regex.test(value);
}

function filterOf(query) {
    const tests = [];
    if (query.connectionId) {
        tests.push((row) => row.connection_id === query.connectionId);
    }
    if (query.integrationId) {
        const keys = query.integrationId.split(',').map((key) => key.trim());
        tests.push((row) => keys.includes(row.provider_config_key));
    }
    if (query.endUserId) {
        tests.push((row) => row.end_user?.id === query.endUserId);
    }
    if (query.endUserOrganizationId) {
        tests.push((row) => row.end_user?.organization?.id === query.endUserOrganizationId);
    }
    if (query.search) {
        const like = ilike(query.search);
        tests.push(
            (row) => like(row.connection_id) || like(row.end_user?.display_name) || like(row.end_user?.email)
        );
    }
    for (const [key, value] of Object.entries(query.tags || {})) {
        tests.push((row) => row.tags[key] === value);
    }
    return (row) => tests.every((test) => test(row));
}

export function listConnections({ store }) {
    return (req, res) => {
        const query = parse(res, schemas.listQuery, req.query, 'invalid_query_params');
        if (!query) {
            return;
        }
        const limit = Math.floor(query.limit || 10000);
        const from = Math.floor((query.page || 0) * (query.limit || 10000));
        const rows = store.list(res.locals.account).filter(filterOf(query));
        res.send({ connections: rows.slice(from, from + limit).map(listed) });
    };
}

// ---- get

function withoutRefreshTokens(value) {
    if (Array.isArray(value)) {
        return value.map(withoutRefreshTokens);
    }
    if (value === null || typeof value !== 'object') {
        return value;
    }
    const kept = Object.entries(value).filter(([key]) => !/^refresh_?token$/i.test(key));
    return Object.fromEntries(kept.map(([key, child]) => [key, withoutRefreshTokens(child)]));
}

const isExpired = ({ expires_at }) =>
    expires_at !== undefined && Date.parse(expires_at) - refreshMargin_ms < Date.now();

function wantsRefresh(credentials, forced) {
    if (!['OAUTH2', 'OAUTH2_CC', 'APP'].includes(credentials.type) || !(forced || isExpired(credentials))) {
        return false;
    }
    return credentials.type !== 'OAUTH2' || credentials.refresh_token !== undefined;
}

const refreshFailed =
    'The external API returned an error when trying to refresh the access token. Please try again later.';
const refreshBackoff = 'A recent refresh attempt failed. Backing off before retrying.';

/**
 * Refreshes what is expired: { row }, or { status, message, row } where row is as it was before the attempt.
 */
function freshen({ store, upstream }, row, forced) {
    const fetched = store.fetched(row);
    if (
        !forced &&
        row.last_refresh_failure &&
        Date.now() - Date.parse(row.last_refresh_failure) < refreshBackoff_ms
    ) {
        return { status: 424, message: refreshBackoff, row };
    }
    if (!wantsRefresh(row.credentials, forced)) {
        // An expired token that cannot be refreshed is handed out, and the row's times are filled in again.
        const stale = isExpired(row.credentials) && Date.parse(row.credentials.expires_at) < Date.now();
        return { row: stale ? store.put({ ...fetched, updated_at: now() }) : fetched };
    }
    const credentials = upstream.refresh(row.credentials);
    if (!credentials) {
        const log_id = `${Date.now()}_${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`;
        const errors = [{ type: 'auth', log_id }];
        store.put({ ...fetched, errors, updated_at: now(), last_refresh_failure: now() });
        return { status: 400, message: refreshFailed, row: { ...row, errors } };
    }
    return {
        row: store.put({ ...fetched, credentials, errors: [], updated_at: now(), last_refresh_failure: null })
    };
}

function found({ store }, res, key, connectionId) {
    if (!integrations.has(key)) {
        fail(res, 400, 'unknown_provider_config', 'Provider does not exists');
        return undefined;
    }
    const row = store.find(res.locals.account, key, connectionId);
    if (!row) {
        fail(res, 404, 'not_found', 'Failed to find connection');
    }
    return row;
}

export function getConnection(twin) {
    return (req, res) => {
        const query = parse(res, schemas.getQuery, req.query, 'invalid_query_params');
        const params = query && parse(res, schemas.connectionParams, req.params, 'invalid_uri_params');
        if (!params) {
            return;
        }
        const withCredentials = mayReadCredentials(res);
        if (
            !withCredentials &&
            (query.refresh_token || query.force_refresh || query.refresh_github_app_jwt_token)
        ) {
            fail(
                res,
                403,
                'forbidden',
                'Credential and refresh options require the environment:connections:read_credentials scope'
            );
            return;
        }
        const row = found(twin, res, query.provider_config_key, params.connectionId);
        if (!row) {
            return;
        }
        const show = (one, credentials) =>
            retrieved(
                { ...one, connection_config: withoutRefreshTokens(one.connection_config) },
                credentials
            );
        if (!withCredentials) {
            res.send(show(row, {}));
            return;
        }
        const fresh = freshen(twin, row, query.force_refresh);
        if (fresh.status) {
            const { status, message } = fresh;
            res.status(status).send({
                error: { code: 'invalid_credentials', message, payload: { connection: show(fresh.row, {}) } }
            });
            return;
        }
        const { credentials } = fresh.row;
        res.send(show(fresh.row, query.refresh_token ? credentials : withoutRefreshTokens(credentials)));
    };
}

// ---- patch, delete

export function patchConnection(twin) {
    return (req, res) => {
        const query = parse(res, schemas.integrationQuery, req.query, 'invalid_query_params');
        const body = query && parse(res, schemas.patchBody, req.body, 'invalid_body');
        const params = body && parse(res, schemas.connectionParams, req.params, 'invalid_uri_params');
        if (!params) {
            return;
        }
        const row = found(twin, res, query.provider_config_key, params.connectionId);
        if (!row) {
            return;
        }
        const change = {};
        if (body.end_user) {
            change.end_user = endUserRow(body.end_user);
        }
        if (body.end_user || body.tags !== undefined) {
            change.tags = mergedTags(body.end_user, null, body.tags);
        }
        if (body.webhook_url_override !== undefined) {
            change.webhook_url_override = body.webhook_url_override || null;
        }
        twin.store.put({ ...row, ...change });
        res.send({ success: true });
    };
}

export function deleteConnection({ store }) {
    return (req, res) => {
        const params = parse(res, schemas.connectionParams, req.params, 'invalid_uri_params');
        const query = params && parse(res, schemas.integrationQuery, req.query, 'invalid_query_params');
        if (!query) {
            return;
        }
        const row = store.find(res.locals.account, query.provider_config_key, params.connectionId);
        if (!row) {
            fail(res, 400, 'unknown_connection');
            return;
        }
        store.delete(row.id);
        res.send({ success: true });
    };
}

// ---- metadata

function writeMetadata({ store }, status, change) {
    return (req, res) => {
        const query = parse(res, schemas.emptyQuery, req.query, 'invalid_query_params');
        const body = query && parse(res, schemas.metadataBody, req.body, 'invalid_body');
        if (!body) {
            return;
        }
        const ids = [].concat(body.connection_id);
        const rows = [];
        for (const id of ids) {
            const row = store.find(res.locals.account, body.provider_config_key, id);
            if (!row) {
                const message =
                    `Connection with connection id ${id} and provider config key ${body.provider_config_key} not found. ` +
                    'Please make sure the connection exists in the Nango dashboard';
                const none = '. No actions were taken on any of the connections as a result of this failure.';
                fail(res, 404, 'unknown_connection', ids.length > 1 ? message + none : message);
                return;
            }
            rows.push(row);
        }
        const changed = rows.map((row) => ({ ...row, metadata: jsonb(change(row.metadata, body.metadata)) }));
        changed.forEach((row) => store.put(row));
        res.status(status).send(req.body); // the request, not the result
    };
}

export const postMetadata = (twin) => writeMetadata(twin, 201, (old, given) => given);
export const patchMetadata = (twin) => writeMetadata(twin, 200, (old, given) => ({ ...old, ...given }));
