// SPDX-License-Identifier: MIT
// The project's own fixtures, tests/fixtures/NAME.request.http and NAME.response.http: requests as a client
// sends them and what the twin answers, so that tests in C need neither a server nor the recordings. Run it
// to write them anew; test-fixtures.mjs holds the twin against them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoKey } from './catalogue.mjs';
import { fixtures } from './recorded.mjs';
import { startTwin } from './child.mjs';
import { request, Wire } from './wire.mjs';

const createOnly = '27fe2960-cbdc-4915-98e3-ae102c32a98b';
const listOnly = 'fb50ef04-9eba-4ccb-82a3-f3d1f7e6367c';
const unknown = '11111111-1111-4111-8111-111111111111';
const capped = 'cc41f97a-ff95-48b2-8c9b-49d073471417';

const post = (body, key = demoKey, path = '/connections') => ['POST', path, key, body];
const byType = (integration, type, credentials, more) =>
    post({
        provider_config_key: integration,
        connection_id: `fixture-${type.toLowerCase()}`,
        ...more,
        credentials: { type, ...credentials }
    });
const apiKey = (id, key) =>
    post(
        {
            provider_config_key: 'apify',
            connection_id: id,
            credentials: { type: 'API_KEY', apiKey: 'fixture' }
        },
        key
    );
const oauth2 = { access_token: 'at-1', refresh_token: 'rt-1', expires_at: '2031-02-03T04:05:06.789Z' };
const get = (path, key = demoKey) => ['GET', path, key];
const one = '/connections/fixture-oauth2?provider_config_key=github';

// In this order, on one twin. A name says what comes back.
export const cases = [
    [
        '201-oauth2',
        byType(
            'github',
            'OAUTH2',
            { ...oauth2, config_override: { client_id: 'own-id', client_secret: 'own-secret' } },
            {
                metadata: {
                    zone: 'north',
                    n: 1.5,
                    'key "ü"': '\u2028/\u0001',
                    list: [1, null, true, { a: {} }]
                },
                connection_config: { subdomain: 'acme', oauth_scopes_override: ['repo'] },
                end_user: {
                    id: 'user-7',
                    email: 'ann@example.com',
                    display_name: 'Änn',
                    tags: { Team: 'blue' }
                },
                tags: { Site: 'b-12' },
                webhook_url_override: 'https://hooks.example.com/n'
            }
        )
    ],
    ['201-oauth2-update', byType('github', 'OAUTH2', { access_token: 'at-2' })],
    [
        '201-oauth2-cc',
        byType('chartboost', 'OAUTH2_CC', {
            token: 'cc-token',
            client_id: 'cc-id',
            client_secret: 'cc-secret',
            client_certificate: '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----',
            client_private_key: '-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----',
            expires_at: 1900000000000
        })
    ],
    ['201-oauth1', byType('twitter', 'OAUTH1', { oauth_token: 'o1-token', oauth_token_secret: 'o1-secret' })],
    ['201-api-key', byType('apify', 'API_KEY', { apiKey: 'apify_api_1' })],
    ['201-basic', byType('lessonly', 'BASIC', { username: 'ann', password: '' })],
    [
        '201-tba',
        byType(
            'netsuite-tba',
            'TBA',
            { token_id: 'tba-id', token_secret: 'tba-secret' },
            { connection_config: { accountId: 'acct1' } }
        )
    ],
    ['201-app', byType('github-app', 'APP', { app_id: '12', installation_id: '3456' })],
    ['201-custom', byType('github-app-oauth', 'CUSTOM', { app_id: '12', installation_id: '3456' })],
    ['201-none', byType('unauthenticated', 'NONE', {})],
    ['201-no-id', post({ provider_config_key: 'unauthenticated', credentials: { type: 'NONE' } })],
    [
        '400-errors',
        post({
            provider_config_key: 5,
            credentials: { type: 'API_KEY', api_key: 'x' },
            tags: { 1: 'a' },
            more: 1
        })
    ],
    ['400-message', byType('github', 'API_KEY', { apiKey: 'x' })],
    ['400-json', post('{"provider_config_key": }')],
    ['400-query', post({}, demoKey, '/connections?x=1')],
    [
        '400-test-failed',
        post({ provider_config_key: 'apollo', credentials: { type: 'API_KEY', apiKey: 'bad-key' } })
    ],
    ['201-capped-1', apiKey('cap-1', capped)],
    ['201-capped-2', apiKey('cap-2', capped)],
    ['400-capped', apiKey('cap-3', capped)],
    ['401-no-header', post({}, null)],
    ['401-unknown', apiKey('x', unknown)],
    ['403', apiKey('x', listOnly)],
    ['404', post({ provider_config_key: 'nowhere', credentials: { type: 'NONE' } })],
    ['404-html', post({}, demoKey, '/v9/connections')],
    ['415', ['POST', '/connections', demoKey, '{}', { 'Content-Type': 'text/plain' }]],
    ['500-stored-nothing', byType('github-app', 'APP', { app_id: '12', installation_id: '404' })],
    [
        '500-generic',
        post({ provider_config_key: 'unauthenticated', connection_id: 'a\0b', credentials: { type: 'NONE' } })
    ],
    ['200-html', get('/anything/else')],
    ['200-get', get(`${one}&refresh_token=true`)],
    ['200-list', get('/connections?connectionId=fixture-api_key&integrationId=apify')],
    ['200-list-none', get('/connections?tags[site]=nowhere')],
    ['403-get', get(one, createOnly)],
    ['404-get', get('/connections/nobody?provider_config_key=github')],
    ['200-patch', ['PATCH', one, demoKey, { tags: { Site: 'c-1' } }]],
    [
        '201-metadata',
        post(
            { connection_id: 'fixture-oauth2', provider_config_key: 'github', metadata: { a: 1 } },
            demoKey,
            '/connections/metadata'
        )
    ],
    ['200-integration', get('/integrations/apify')],
    ['200-provider', get('/providers/apify')],
    [
        '201-session',
        post({ tags: { device_id: 'd-1' }, allowed_integrations: ['apify'] }, demoKey, '/connect/sessions')
    ],
    ['200-delete', ['DELETE', '/connections/fixture-none?provider_config_key=unauthenticated', demoKey]],
    [
        '400-delete-again',
        ['DELETE', '/connections/fixture-none?provider_config_key=unauthenticated', demoKey]
    ],
    ['429', apiKey('limited')]
];

export const twinOptions = ['--rate-limit', '100', '--upstream', 'stub'];

/** Before the 429 the account's bucket must be empty. */
export async function drain(port) {
    for (let left = 1; left > 0;) {
        const wire = await Wire.open(port);
        wire.write(request('GET', '/connections?limit=1', demoKey));
        const {
            answers: [answer]
        } = await wire.answers(1);
        wire.close();
        left = Number(answer.value('x-ratelimit-remaining'));
    }
}

export function bytesOf([method, path, key, body, headers]) {
    return Buffer.from(request(method, path, key, body, { Accept: 'application/json', ...headers }));
}

async function writeAll() {
    mkdirSync(fixtures, { recursive: true });
    const twin = await startTwin(...twinOptions);
    for (const [name, what] of cases) {
        if (name === '429') {
            await drain(twin.port);
        }
        const wire = await Wire.open(twin.port);
        wire.write(bytesOf(what));
        await wire.answers(1);
        wire.close();
        writeFileSync(join(fixtures, `${name}.request.http`), bytesOf(what));
        writeFileSync(join(fixtures, `${name}.response.http`), wire.bytes);
    }
    await twin.stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    await writeAll();
}
