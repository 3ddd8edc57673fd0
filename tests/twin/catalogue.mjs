// SPDX-License-Identifier: MIT
// The world of the recorded server: its accounts, keys, integrations and providers, as far as the recordings
// show them.

const logo = (name) => `http://localhost:3000/images/template-logos/${name}.svg`;

/**
 * What GET /providers/{name} tells, by name; `checked` (ours) says that the server tries a credential at the
 * provider.
 */
export const providers = {
    github: {
        display_name: 'GitHub (User OAuth)',
        categories: ['dev-tools', 'support', 'ticketing'],
        auth_mode: 'OAUTH2',
        authorization_url: 'https://github.com/login/oauth/authorize',
        token_url: 'https://github.com/login/oauth/access_token',
        proxy: {
            base_url: 'https://api.github.com',
            retry: {
                at: ['x-ratelimit-reset'],
                remaining: 'x-ratelimit-remaining',
                error_code: ['403', '5xx', '401', '429']
            },
            paginate: { type: 'link', limit_name_in_request: 'per_page', link_rel_in_response_header: 'next' }
        },
        docs: 'https://nango.dev/docs/api-integrations/github',
        setup_guide_url:
            'https://nango.dev/docs/api-integrations/github/how-to-register-your-own-github-api-oauth-app'
    },
    apify: {
        display_name: 'Apify',
        categories: ['dev-tools', 'analytics', 'productivity'],
        auth_mode: 'API_KEY',
        proxy: { base_url: 'https://api.apify.com', headers: { authorization: 'Bearer ${apiKey}' } },
        docs: 'https://nango.dev/docs/integrations/all/apify',
        docs_connect: 'https://nango.dev/docs/integrations/all/apify/connect',
        credentials: {
            apiKey: {
                type: 'string',
                title: 'API Token',
                description: 'The API token for your Apify account',
                example: 'apify_api_***************************nt4w',
                pattern: '^apify_api_[A-Za-z0-9]+$',
                doc_section: '#step-1-generating-your-api-key'
            }
        }
    },
    apollo: { display_name: 'Apollo (API Key)', auth_mode: 'API_KEY', checked: true },
    'brevo-api-key': { display_name: 'Brevo', auth_mode: 'API_KEY', checked: true },
    chartboost: { display_name: 'Chartboost', auth_mode: 'OAUTH2_CC' },
    'ghost-admin': { display_name: 'Ghost (Admin API)', auth_mode: 'JWT' },
    'github-app': { display_name: 'GitHub (App)', auth_mode: 'APP' },
    'github-app-oauth': { display_name: 'GitHub (App OAuth)', auth_mode: 'CUSTOM' },
    'greenhouse-harvest': { display_name: 'Greenhouse (Harvest API)', auth_mode: 'BASIC', checked: true },
    lessonly: { display_name: 'Lessonly', auth_mode: 'BASIC' },
    meilisearch: { display_name: 'Meilisearch', auth_mode: 'API_KEY', checked: true },
    'netsuite-tba': { display_name: 'NetSuite (TBA)', auth_mode: 'TBA' },
    trello: { display_name: 'Trello', auth_mode: 'OAUTH1' },
    twitter: { display_name: 'Twitter (v1)', auth_mode: 'OAUTH1' },
    unauthenticated: { display_name: 'Unauthenticated', auth_mode: 'NONE' }
};

/** GET /providers/{name}: the description, then name and logo. */
export function describeProvider(name) {
    const { checked, ...description } = providers[name];
    return { ...description, name, logo_url: logo(name) };
}

// unique_key, provider, creation (milliseconds of the recorded second). In the order of the recorded list: by
// provider, then by key.
const integrationRows = [
    ['apify', 'apify', '041'],
    ['apollo', 'apollo', '043'],
    ['brevo-api-key', 'brevo-api-key', '041'],
    ['chartboost', 'chartboost', '037'],
    ['ghost-admin', 'ghost-admin', '051'],
    ['github', 'github', '029'],
    ['Legacy key: a.b@c~d', 'github', '053'],
    ['github-app', 'github-app', '048'],
    ['github-app-oauth', 'github-app-oauth', '049'],
    ['greenhouse-harvest', 'greenhouse-harvest', '045'],
    ['lessonly', 'lessonly', '044'],
    ['meilisearch', 'meilisearch', '042'],
    ['netsuite-tba', 'netsuite-tba', '047'],
    ['trello', 'trello', '039'],
    ['twitter', 'twitter', '040'],
    ['unauthenticated', 'unauthenticated', '046']
];

/** Every environment of the twin has the same integrations. */
export const integrations = new Map(
    integrationRows.map(([unique_key, provider, ms]) => {
        const at = `2026-11-24T22:04:53.${ms}Z`;
        return [
            unique_key,
            {
                unique_key,
                provider,
                display_name: providers[provider].display_name,
                logo: logo(provider),
                forward_webhooks: true,
                created_at: at,
                updated_at: at
            }
        ];
    })
);

/**
 * What a TBA integration adds to every connection_config: the real server stores and echoes its own client's
 * secret there.
 */
export const tbaClient = { oauth_client_id: 'fake-client-id', oauth_client_secret: 'fake-client-secret' };

const everything = ['environment:*'];

// One environment for each account; `cap` is the plan's connections_max, `rate` its share of --rate-limit.
export const accounts = [
    {
        name: 'main',
        keys: {
            'c561815d-4b9e-4464-a3a8-e0cd610fd807': everything,
            '27fe2960-cbdc-4915-98e3-ae102c32a98b': ['environment:connections:create'],
            'fb50ef04-9eba-4ccb-82a3-f3d1f7e6367c': ['environment:connections:list'],
            // Not recorded: reads connections, but not their credentials.
            'd2b8a4f0-6c1e-4d53-9b7a-1f0e8c5d3a26': [
                'environment:connections:list',
                'environment:connections:read'
            ]
        }
    },
    { name: 'second', keys: { '29380976-e480-42d9-b5e1-c9c260fcc5ff': everything } },
    { name: 'capped', keys: { 'cc41f97a-ff95-48b2-8c9b-49d073471417': everything }, cap: 2, rate: 0.5 },
    // Not recorded: the account of the demo and of the end-to-end tests.
    { name: 'demo', keys: { 'de300000-0000-4000-8000-000000000001': everything } }
];

export const demoKey = 'de300000-0000-4000-8000-000000000001';
