// SPDX-License-Identifier: MIT
// The rules of the API as zod schemas. The order of members matters: it is the order of the issues in an
// answer, and of the credentials' members in the answer to an import.
import { BlockList, isIP } from 'node:net';
import { z } from './deps.mjs';

const str = (min, max) => z.string().min(min).max(max);

// ---- tags

export const tagKey = z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_\-./]*$/, {
        message:
            'Tag keys must start with a letter and contain only alphanumerics, underscores, hyphens, periods, or slashes'
    })
    .max(64, { message: 'Tag keys must be at most 64 characters' });

const email = z.string().email().min(5);

function tagIssues(tags) {
    const entries = Object.entries(tags);
    if (entries.length > 10) {
        return ['Tags cannot contain more than 10 keys'];
    }
    const messages = [];
    const seen = new Set();
    for (const [key, value] of entries) {
        const lower = key.toLowerCase();
        if (seen.has(lower)) {
            messages.push(`Duplicate tag key after case normalization: "${lower}"`);
        }
        seen.add(lower);
        if (lower === 'end_user_email' && !email.safeParse(value).success) {
            messages.push('Tag "end_user_email" must be a valid email');
        }
    }
    return messages;
}

const tagsOf = (value) =>
    z.record(tagKey, value).check((payload) => {
        for (const message of tagIssues(payload.value)) {
            payload.issues.push({ code: 'custom', message, input: payload.value });
        }
    });

export const lowerKeys = (tags) =>
    Object.fromEntries(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));

export const tags = tagsOf(
    z.string().min(1).max(255, { message: 'Tag values must be at most 255 characters' })
).transform(lowerKeys);

export const endUser = z.strictObject({
    id: z.string().max(255).min(1),
    email: email.optional(),
    display_name: z.string().max(255).optional(),
    tags: tagsOf(z.string().max(255)).optional()
});

// ---- webhook_url_override

const blocked = new BlockList();
for (const [net, bits] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16]
]) {
    blocked.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
    ['::', 127],
    ['fc00::', 7],
    ['fe80::', 10]
]) {
    blocked.addSubnet(net, bits, 'ipv6');
}
const blockedNames = ['localhost', 'metadata.google.internal'];

function publicUrl(text) {
    const url = new URL(text);
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
    const family = isIP(host);
    return (
        ['http:', 'https:'].includes(url.protocol) &&
        !blockedNames.includes(host) &&
        !(family && blocked.check(host, family === 4 ? 'ipv4' : 'ipv6'))
    );
}

function outsideNango(text) {
    const host = new URL(text).hostname.replace(/\.+$/, '');
    return host !== 'nango.dev' && !host.endsWith('.nango.dev');
}

const empty = (text) => !text || text.trim() === '';

export const webhookUrl = z
    .union([z.url(), z.literal('')])
    .optional()
    .refine((text) => empty(text) || outsideNango(text), {
        message: "Webhook URLs cannot point to Nango's domain (nango.dev)."
    })
    .refine((text) => empty(text) || publicUrl(text), { message: 'This webhook URL is not allowed.' });

// ---- credentials

const override = z
    .strictObject({ client_id: str(1, 255).optional(), client_secret: str(1, 2048).optional() })
    .optional();
const app = { app_id: str(1, 255), installation_id: str(1, 255) };

export const credentialMembers = {
    OAUTH2: {
        access_token: str(1, 16384),
        refresh_token: str(1, 16384).optional(),
        expires_at: z.coerce.date().optional(),
        config_override: override
    },
    OAUTH2_CC: {
        token: str(1, 4096),
        client_id: str(1, 255),
        client_secret: str(1, 2048),
        client_certificate: str(1, 10000).optional(),
        client_private_key: str(1, 10000).optional(),
        expires_at: z.coerce.date().optional()
    },
    OAUTH1: { oauth_token: str(1, 2048), oauth_token_secret: str(1, 2048) },
    API_KEY: { apiKey: str(1, 1024) },
    BASIC: { username: z.string().max(1024), password: z.string().max(1024) },
    NONE: {},
    TBA: { token_id: z.string().min(1), token_secret: z.string().min(1), config_override: override },
    APP: app,
    CUSTOM: app
};

export const importBody = z.strictObject({
    provider_config_key: z.string(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    connection_config: z.looseObject({ oauth_scopes_override: z.string().array().optional() }).optional(),
    webhook_url_override: webhookUrl,
    connection_id: z.string().optional(),
    credentials: z.discriminatedUnion(
        'type',
        Object.entries(credentialMembers).map(([type, members]) =>
            z.strictObject({ type: z.literal(type), ...members })
        )
    ),
    end_user: endUser.optional(),
    tags: tags.optional()
});

// ---- the other calls

export const emptyQuery = z.strictObject({});
export const integrationKey = z
    .string()
    .regex(/^[a-zA-Z0-9~:.@ _-]+$/)
    .max(255);
export const connectionId = z
    .string()
    .regex(/^[a-zA-Z0-9,.;:=+~[\]|@${}"'\\/_ -]+$/)
    .max(255);
export const connectionParams = z.strictObject({ connectionId });
export const integrationQuery = z.strictObject({ provider_config_key: integrationKey });

export const getQuery = z.strictObject({
    provider_config_key: integrationKey,
    refresh_token: z.stringbool().optional().default(false),
    force_refresh: z.stringbool().optional().default(false),
    refresh_github_app_jwt_token: z.stringbool().optional().default(false)
});

export const listQuery = z.strictObject({
    connectionId: str(1, 255).optional(),
    search: str(1, 255).optional(),
    endUserId: endUser.shape.id.optional(),
    integrationId: z.string().min(1).optional(),
    endUserOrganizationId: endUser.shape.id.optional(),
    tags: tags.optional(),
    limit: z.coerce.number().min(1).max(2000).optional(),
    page: z.coerce.number().min(0).optional()
});

export const patchBody = z.strictObject({
    end_user: endUser.optional(),
    tags: tags.optional(),
    webhook_url_override: webhookUrl
});

export const metadataBody = z.strictObject({
    connection_id: z.union([connectionId, z.array(connectionId)]),
    provider_config_key: integrationKey,
    metadata: z.record(z.string(), z.unknown())
});

const configDefaults = z
    .record(
        integrationKey,
        z.strictObject({
            user_scopes: z.string().optional(),
            authorization_params: z.record(z.string(), z.string()).optional(),
            connection_config: z.looseObject({ oauth_scopes_override: z.string().optional() }).optional()
        })
    )
    .optional();

const sessionMembers = {
    organization: z
        .strictObject({ id: z.string().max(255).min(0), display_name: z.string().max(255).optional() })
        .optional(),
    integrations_config_defaults: configDefaults,
    overrides: z.record(integrationKey, z.object({ docs_connect: z.string().optional() })).optional(),
    webhook_url_override: webhookUrl
};

export const sessionBody = z.strictObject({
    end_user: endUser,
    organization: sessionMembers.organization,
    allowed_integrations: z.array(integrationKey).optional(),
    integrations_config_defaults: sessionMembers.integrations_config_defaults,
    overrides: sessionMembers.overrides,
    webhook_url_override: webhookUrl,
    tags: tags.optional()
});

/** With tags, end_user may be missing. */
export const sessionBodyByTags = sessionBody.extend({ end_user: endUser.optional(), tags });

export const reconnectBody = z.strictObject({
    connection_id: connectionId,
    integration_id: integrationKey,
    end_user: endUser.optional(),
    ...sessionMembers,
    tags: tags.optional()
});
