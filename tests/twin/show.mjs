// SPDX-License-Identifier: MIT
// show.mjs PORT: what a twin has stored, as its control interface tells it, for people: credentials masked.
// Ends with 1 if there is nothing.
import http from 'node:http';

// Values of credentials that are no secrets.
const plain = ['type', 'expires_at', 'username', 'client_id', 'token_id', 'repository_selection'];

function masked(value, name) {
    if (value !== null && typeof value === 'object') {
        return Object.fromEntries(
            Object.entries(value)
                .filter(([key]) => key !== 'raw')
                .map(([key, inner]) => [key, masked(inner, key)])
        );
    }
    return typeof value !== 'string' || plain.includes(name) || value === '' ? value : `***(${value.length})`;
}

const filled = (object) => object && Object.keys(object).length > 0;

function describe(row) {
    const config = masked(row.connection_config, '');
    const parts = [
        ['credentials', masked(row.credentials, '')],
        ['tags', row.tags],
        ['metadata', row.metadata],
        [
            'connection_config',
            Object.fromEntries(
                Object.keys(config).map((key) => [
                    key,
                    key.includes('secret') ? config[key] : row.connection_config[key]
                ])
            )
        ],
        ['end_user', row.end_user]
    ]
        .filter(([, value]) => filled(value))
        .map(([name, value]) => `        ${name.padEnd(18)}${JSON.stringify(value)}`);
    return [
        `${String(row.id).padStart(4)}    ${row.provider_config_key} / ${row.connection_id}`,
        ...parts
    ].join('\n');
}

http.get({ host: '127.0.0.1', port: process.argv[2], path: '/_twin/connections' }, async (res) => {
    let text = '';
    for await (const part of res.setEncoding('utf8')) {
        text += part;
    }
    const rows = JSON.parse(text);
    process.stdout.write(`${rows.map(describe).join('\n')}\n${rows.length} connections\n`);
    process.exitCode = rows.length > 0 ? 0 : 1;
}).on('error', (error) => {
    process.stderr.write(`show.mjs: ${error.message}\n`);
    process.exitCode = 1;
});
