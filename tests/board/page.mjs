// SPDX-License-Identifier: MIT
// The memory that inputs.h describes: what the measured programs import, and the answer that they
// get, as the real server sends it (2 KB of headers).
const PAGE = 0x003f0000;
const ID = 'usr_8f2c1d7e-6a41-4f0b-9c55-0d7b6e3a9f10';

const token = 'gho_16C7e42F292c6912E7710c838347Ae178B4a9Zq2LmN0';
const refresh = 'ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c34E1ccbF66C46812d16D5B1A9Dc86A1498';
const credentials = { type: 'OAUTH2', access_token: token, refresh_token: refresh, expires_at: '2026-11-25T06:00:00.000Z' };

const connection = {
    id: 18342, connection_id: ID, provider_config_key: 'github-prod', provider: 'github',
    errors: [{ type: 'auth', log_id: 'abc' }], end_user: null, tags: { team: 'fleet' },
    metadata: { device: 'gw-0042', region: 'eu-west-1' }, connection_config: {}, webhook_url_override: null,
    created_at: '2026-11-24T22:00:00.000Z', updated_at: '2026-11-24T22:00:00.000Z', last_fetched_at: null,
    credentials: { ...credentials, raw: credentials },
};
const body = JSON.stringify({ provider_config_key: 'github-prod', connection_id: ID, credentials });

export const values = {
    secret_key: 'c2f40b6b-0f3d-4b9a-9f5e-3d1c9a7f2b11', provider_config_key: 'github-prod', connection_id: ID,
    access_token: token, refresh_token: refresh, expires_at: '2026-11-25T06:00:00.000Z',
    api_key: 'sk_live_"quoted"_\\back\\_51H8x', metadata: '{"device":"gw-0042"}', connection_config: '{}',
    tag_key: 'team', tag_value: 'fleet', body,
};

function answer() {
    const text = JSON.stringify(connection);
    const policy = `default-src 'self';base-uri 'self';font-src 'self' https: data:;${'x'.repeat(1500)}`;
    return ['HTTP/1.1 201 Created', `Content-Security-Policy: ${policy}`, 'X-RateLimit-Limit: 2400', 'X-RateLimit-Remaining: 2399',
        'X-RateLimit-Reset: 1795557660', 'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(text)}`, 'ETag: W/"4a1-7qZ0hN9rQ1o3o5yW0dJk8mFvTtE"',
        'Date: Tue, 24 Nov 2026 22:00:00 GMT', 'Connection: keep-alive', 'Keep-Alive: timeout=61', '', text].join('\r\n');
}

/** The bytes of struct inputs and of what it points to; `given` replaces values. */
export function inputsPage(type, given = {}) {
    const all = { ...values, answer: answer(), ...given };
    const order = ['secret_key', 'provider_config_key', 'connection_id', 'access_token', 'refresh_token', 'expires_at', 'api_key',
        'metadata', 'connection_config', 'tag_key', 'tag_value', 'body', 'answer'];
    const head = Buffer.alloc(8 * (1 + order.length));
    head.writeUInt32LE(type, 4);
    const parts = [head];
    let at = PAGE + head.length;
    order.forEach((name, i) => {
        const bytes = Buffer.from(all[name]);
        head.writeUInt32LE(at, 8 * (i + 1));
        head.writeUInt32LE(bytes.length, 8 * (i + 1) + 4);
        parts.push(bytes);
        at += bytes.length;
    });
    return Buffer.concat(parts);
}

/** The requests (head and body) in what a program wrote to its console. */
export function requestsOf(text) {
    const requests = [];
    for (let rest = text; rest.length > 0;) {
        const end = rest.indexOf('\r\n\r\n');
        const head = rest.slice(0, end);
        const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
        if (end < 0 || !(length >= 0)) {
            throw new Error(`no request: ${JSON.stringify(rest.slice(0, 200))}`);
        }
        const from = end + 4;
        requests.push({ head, body: JSON.parse(rest.slice(from, from + length)) });
        rest = rest.slice(from + length);
    }
    return requests;
}
