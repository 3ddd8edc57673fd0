// SPDX-License-Identifier: MIT
// A stored row as the API shows it.
import { jsonb, varchar } from './jsonb.mjs';
import { tagKey, tags as tagsSchema, lowerKeys } from './schemas.mjs';

/** POST: JavaScript's way, milliseconds and Z. */
const isoZ = (at) => at.slice(0, 23) + 'Z';

/** GET: milliseconds and an offset. */
const isoOffset = (at) => at.slice(0, 23) + '+00:00';

/** List: PostgreSQL's way, up to microseconds, without zeros at the end. */
const postgres = (at) => at.slice(0, -1).replace(/\.?0+$/, '') + '+00:00';

function full(row, endUser, credentials, time) {
    return {
        id: row.id,
        connection_id: row.connection_id,
        provider_config_key: row.provider_config_key,
        provider: row.provider,
        errors: row.errors,
        end_user: endUser,
        tags: row.tags,
        metadata: row.metadata || null,
        connection_config: row.connection_config,
        webhook_url_override: row.webhook_url_override,
        created_at: time(row.created_at),
        updated_at: time(row.updated_at),
        last_fetched_at: row.last_fetched_at ? time(row.last_fetched_at) : null,
        credentials
    };
}

/** The answer to an import: the end user only when the request had one. */
export const imported = (row, endUser) => full({ ...row, errors: [] }, endUser, row.credentials, isoZ);

export const retrieved = (row, credentials) => full(row, row.end_user, credentials, isoOffset);

export function listed(row) {
    const { id, connection_id, provider_config_key, provider, errors, end_user, tags, metadata, created_at } =
        row;
    return {
        id,
        connection_id,
        provider_config_key,
        provider,
        errors,
        end_user,
        tags,
        metadata: metadata || null,
        created: postgres(created_at)
    };
}

/** A row of end_users, as it is stored and shown. */
export function endUserRow(endUser, organization) {
    return {
        id: varchar(endUser.id),
        display_name: endUser.display_name ? varchar(endUser.display_name) : null,
        email: endUser.email ? varchar(endUser.email) : null,
        tags: endUser.tags ? { ...endUser.tags } : null,
        organization: organization?.id
            ? { id: varchar(organization.id), display_name: organization.display_name || null }
            : null
    };
}

/**
 * The tags that the server makes of an end user (and its organization): an end user's own tags win, unless
 * there are too many.
 */
export function tagsOfEndUser(endUser, organization) {
    const base = {};
    const set = (key, value) => {
        if (value) {
            base[key] = value.slice(0, 255);
        }
    };
    set('end_user_id', endUser?.id);
    set('end_user_email', endUser?.email);
    set('end_user_display_name', endUser?.display_name);
    set('organization_id', organization?.id);
    set('organization_display_name', organization?.display_name);

    const own = Object.entries(endUser?.tags || {})
        .map(([key, value]) => [key.toLowerCase().slice(0, 64), value.slice(0, 255)])
        .filter(([key]) => tagKey.safeParse(key).success);
    const merged = { ...base, ...Object.fromEntries(own) };
    for (const candidate of [merged, base]) {
        const result = tagsSchema.safeParse(candidate);
        if (result.success) {
            return result.data;
        }
    }
    return {};
}

export const mergedTags = (endUser, organization, tags) =>
    jsonb({ ...tagsOfEndUser(endUser, organization), ...lowerKeys(tags || {}) });
