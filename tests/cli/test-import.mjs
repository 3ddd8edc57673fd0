// SPDX-License-Identifier: MIT
// nangoc import over TLS: every credentials type from JSON Lines and from flags, every form of input, the
// outcome for people and for programs.
import { strict as assert } from 'node:assert';
import http from 'node:http';
import { order, startTwin } from '../twin/child.mjs';
import { exitCode, test } from '../twin/wire.mjs';
import {
    events,
    file,
    forget,
    key,
    line,
    nangoc,
    requests,
    roots,
    start,
    startServer,
    stored
} from './cli.mjs';

const twin = await startServer();
const { url } = twin;

// ---- every type ----------------------------------------------------------------------------------

const certificate = '-----BEGIN CERTIFICATE-----\nMIIBfake\n-----END CERTIFICATE-----';
const secret = (name, text) => `@${file(name, `${text}\n`)}`;
const all = {
    metadata: { site: 'north', floors: [1, 2.5, null], ключ: '日本' },
    connection_config: { subdomain: 'acme' },
    tags: { plan: 'pro', env: 'prod' },
    end_user: { id: 'u-7', email: 'ann@example.com', display_name: 'Ann', tags: { team: 'a' } },
    webhook_url_override: 'https://hooks.example.com/nango'
};
const allFlags = [
    '--metadata',
    `@${file('metadata.json', JSON.stringify(all.metadata, null, 2))}`,
    '--connection-config',
    JSON.stringify(all.connection_config),
    '--tag',
    'plan=pro',
    '--tag=env=prod',
    '--end-user-id',
    'u-7',
    '--end-user-email',
    'ann@example.com',
    '--end-user-display-name',
    'Ann',
    '--end-user-tag',
    'team=a',
    '--webhook-url-override',
    'https://hooks.example.com/nango'
];
const types = {
    oauth2: [
        'github',
        {
            type: 'OAUTH2',
            access_token: 'at',
            refresh_token: 'rt',
            expires_at: '2031-02-03T04:05:06Z',
            config_override: { client_id: 'ci', client_secret: 'cs' }
        },
        [
            '--access-token',
            secret('at', 'at'),
            '--refresh-token',
            secret('rt', 'rt'),
            '--expires-at',
            '2031-02-03T04:05:06Z',
            '--config-override-client-id',
            'ci',
            '--config-override-client-secret',
            secret('cs', 'cs')
        ]
    ],
    'oauth2-ms': [
        'github',
        { type: 'OAUTH2', access_token: 'at', expires_at: 1927854306000 },
        ['--access-token', secret('at', 'at'), '--expires-at', '1927854306000']
    ],
    'oauth2-cc': [
        'chartboost',
        {
            type: 'OAUTH2_CC',
            token: 't',
            client_id: 'ci',
            client_secret: 'cs',
            client_certificate: certificate,
            client_private_key: 'pk'
        },
        [
            '--token',
            secret('t', 't'),
            '--client-id',
            'ci',
            '--client-secret',
            secret('cs', 'cs'),
            '--client-certificate',
            secret('cert', certificate),
            '--client-private-key',
            secret('pk', 'pk')
        ]
    ],
    oauth1: [
        'twitter',
        { type: 'OAUTH1', oauth_token: 't', oauth_token_secret: 's' },
        ['--oauth-token', secret('t', 't'), '--oauth-token-secret', secret('s', 's')]
    ],
    'api-key': ['apify', { type: 'API_KEY', apiKey: 'k' }, ['--api-key', secret('k', 'k')]],
    basic: [
        'lessonly',
        { type: 'BASIC', username: 'ann', password: 'p:w' },
        ['--basic', `ann:${secret('pw-colon', 'p:w')}`]
    ],
    'basic-flags': [
        'lessonly',
        { type: 'BASIC', username: 'ann', password: 'pw' },
        ['--username', 'ann', '--password', secret('pw', 'pw')]
    ],
    'basic-file': [
        'lessonly',
        { type: 'BASIC', username: 'ann', password: 'p:w' },
        ['--basic', secret('both', 'ann:p:w')]
    ],
    'basic-no-password': ['lessonly', { type: 'BASIC', username: 'ann', password: '' }, ['--basic', 'ann:']],
    tba: [
        'netsuite-tba',
        { type: 'TBA', token_id: 'i', token_secret: 's' },
        ['--token-id', secret('i', 'i'), '--token-secret', secret('s', 's')],
        { connection_config: { accountId: 'acct-1' } }
    ],
    app: [
        'github-app',
        { type: 'APP', app_id: '12', installation_id: '34' },
        ['--type', 'APP', '--app-id', '12', '--installation-id', '34']
    ],
    custom: [
        'github-app-oauth',
        { type: 'CUSTOM', app_id: '12', installation_id: '34' },
        ['--type=CUSTOM', '--app-id=12', '--installation-id=34']
    ],
    none: ['unauthenticated', { type: 'NONE' }, ['--type', 'NONE']]
};
const bodies = Object.entries(types).map(([name, [provider_config_key, credentials, , more]]) => ({
    provider_config_key,
    connection_id: `id-${name}`,
    credentials,
    ...all,
    ...more
}));

/** What the twin was sent: the bodies as values, one for each request. */
async function sent() {
    const list = await requests(twin);
    assert(
        list.every(
            ({ method, url: path, status }) => method === 'POST' && path === '/connections' && status === 201
        ),
        JSON.stringify(list.map(({ status }) => status))
    );
    return list.map(({ body }) => JSON.parse(body));
}

await test('cli/import: a line of each type with all members arrives as it stands, over one connection', async () => {
    await forget(twin);
    const path = file('all.jsonl', bodies.map((body) => `${JSON.stringify(body)}\n`).join(''));
    const { code, out, err } = await nangoc(['import', '--parallel', '1', path], { url });
    assert.equal(code, 0, out + err);
    assert.deepEqual(await sent(), bodies);
    assert.equal(new Set((await requests(twin)).map(({ connection }) => connection)).size, 1);
    assert.deepEqual(
        out.split('\n').slice(0, -1),
        bodies.map(
            ({ provider_config_key, connection_id }, i) =>
                `DONE     ${path}:${i + 1}: ${provider_config_key} ${connection_id}`
        )
    );
});

for (const [name, [integration, , flags, more]] of Object.entries(types)) {
    await test(`cli/import: the same from flags: ${name}`, async () => {
        await forget(twin);
        const config = more ? ['--connection-config', JSON.stringify(more.connection_config)] : [];
        const others = more
            ? allFlags.filter(
                  (flag, i) => flag !== '--connection-config' && allFlags[i - 1] !== '--connection-config'
              )
            : allFlags;
        const { code, out, err } = await nangoc(
            ['import', '--integration', integration, '--id', `id-${name}`, ...flags, ...others, ...config],
            { url }
        );
        assert.equal(code, 0, out + err);
        assert.equal(out, `DONE     ${integration} id-${name}\n`);
        assert.equal(err, '');
        assert.deepEqual(
            (await sent())[0],
            bodies.find(({ connection_id }) => connection_id === `id-${name}`)
        );
    });
}

await test('cli/import: secrets from standard input, the environment, files with CRLF or no line end', async () => {
    for (const [value, options] of [
        ['@-', { input: 'from-stdin\n' }],
        ['env:CRM_KEY', { env: { CRM_KEY: 'from-env' } }],
        [`@${file('crlf', 'from-crlf\r\n')}`, {}],
        [`@${file('bare', 'from-bare')}`, {}],
        [`@${file('two', 'from-two\n\n')}`, {}]
    ]) {
        await forget(twin);
        const { code, out } = await nangoc(
            ['import', '--integration', 'apify', '--id', 'k', '--api-key', value],
            { url, ...options }
        );
        const wanted =
            { '@-': 'from-stdin', 'env:CRM_KEY': 'from-env' }[value] ||
            `from-${value.split('/').pop()}${value.endsWith('two') ? '\n' : ''}`;
        assert.equal(code, 0, out);
        assert.equal((await sent())[0].credentials.apiKey, wanted);
    }
});

await test('cli/import: --secret-key @FILE, values with @@, metadata from a pipe', async () => {
    await forget(twin);
    const { code, out } = await nangoc(
        [
            'import',
            `--secret-key=@${file('key', 'de300000-0000-4000-8000-000000000001\n')}`,
            '--integration',
            'apify',
            '--id',
            '@@ann',
            '--api-key',
            secret('k', 'k'),
            '--metadata',
            '@-'
        ],
        { url, input: '{"a":1}', env: { NANGO_SECRET_KEY: undefined } }
    );
    assert.equal(code, 0, out);
    assert.deepEqual((await sent())[0], {
        provider_config_key: 'apify',
        connection_id: '@ann',
        credentials: { type: 'API_KEY', apiKey: 'k' },
        metadata: { a: 1 }
    });
});

await test('cli/import: the key of another environment by its variable, or from a file', async () => {
    for (const [value, env] of [
        ['env:NANGO_SECRET_KEY_PROD', { NANGO_SECRET_KEY_PROD: key, NANGO_SECRET_KEY: 'of no use' }],
        ['env:NANGO_SECRET_KEY', {}],
        [`@${file('key', key)}`, { NANGO_SECRET_KEY: undefined }]
    ]) {
        const { code, out, err } = await nangoc(['import', '--secret-key', value, '-'], {
            url,
            env,
            input: line('key')
        });
        assert.equal(code, 0, out + err);
    }
});

// ---- every address -------------------------------------------------------------------------------

await test('cli/import: NANGO_HOSTPORT: no scheme, an address, a final slash, plain http to this machine; --ca', async () => {
    const plain = await startTwin();
    for (const [where, args, env] of [
        [`localhost:${twin.port}`, [], {}],
        [`https://127.0.0.1:${twin.port}/`, [], {}],
        [url, ['--ca', roots], { SSL_CERT_FILE: '/nowhere' }],
        [`http://localhost:${plain.port}`, [], {}],
        [`http://127.0.0.1:${plain.port}//`, [], { SSL_CERT_FILE: '/nowhere' }]
    ]) {
        const { code, out, err } = await nangoc(['import', ...args, '-'], {
            url: where,
            env,
            input: line('address')
        });
        assert.equal(code, 0, where + out + err);
    }
    await plain.stop();
});

await test('cli/import: a prefix, and an IPv6 address', async () => {
    const seen = [];
    const server = http.createServer((req, res) => {
        seen.push([req.method, req.url, req.headers.host]);
        req.resume().on('end', () => res.writeHead(201).end('{"connection_id":"address"}'));
    });
    const host = await new Promise((resolve) => {
        server
            .on('error', () => server.listen(0, '127.0.0.1', () => resolve('127.0.0.1')))
            .listen(0, '::1', () => resolve('[::1]'));
    });
    const at = `${host}:${server.address().port}`;
    for (const prefix of ['', '/', '/nango', '/a/b/']) {
        const { code, out, err } = await nangoc(['import', '-'], {
            url: `http://${at}${prefix}`,
            input: line('address')
        });
        assert.equal(code, 0, out + err);
    }
    server.close();
    assert.deepEqual(
        seen,
        ['', '', '/nango', '/a/b'].map((prefix) => ['POST', `${prefix}/connections`, at])
    );
});

await test('cli/import: an id is made where there is none, and shown', async () => {
    await forget(twin);
    const flags = await nangoc(['import', '--integration', 'unauthenticated', '--type', 'NONE'], { url });
    const {
        events: [event]
    } = await events([file('anonymous.jsonl', line(undefined))], { url });
    const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
    assert.match(flags.out, new RegExp(`^DONE     unauthenticated ${uuid.source}\n$`));
    assert.deepEqual(
        (await sent()).map(({ connection_id }) => connection_id),
        [uuid.exec(flags.out)[0], event.connection_id]
    );
    assert.equal((await stored(twin, event.connection_id)).id, event.id);
});

// ---- every form of input -------------------------------------------------------------------------

const pretty = (id) => JSON.stringify(JSON.parse(line(id)), null, 4);
const forms = {
    'lines with CRLF': [`${line('a')}\r\n${line('b')}\r\n`, ['a', 'b']],
    'a byte order mark': [`\ufeff${line('a')}\n${line('b')}\n`, ['a', 'b']],
    'blank lines, and no last line end': [`\n  \n${line('a')}\n\t\r\n\n${line('b')}`, ['a', 'b']],
    'one pretty-printed object': [`${pretty('a')}\n`, ['a']],
    'the same with CRLF, a mark and blank lines': [
        `\ufeff\r\n${pretty('a').replace(/\n/g, '\r\n\r\n')}`,
        ['a']
    ],
    nothing: ['', []],
    'blank lines only': ['\n\n  \n', []],
    'a line longer than every buffer': [
        `${line('a', { metadata: { m: 'x'.repeat(300000) } })}\n${line('b')}\n`,
        ['a', 'b']
    ]
};
for (const [name, [text, ids]] of Object.entries(forms)) {
    await test(`cli/import: ${name}, from a file, as standard input, from a pipe`, async () => {
        const path = file('form.jsonl', text);
        for (const [args, options] of [
            [[path], {}],
            [['-'], { stdin: path }],
            [[], { input: text }]
        ]) {
            await forget(twin);
            const { code, out, err } = await nangoc(['import', ...args], { url, ...options });
            assert.equal(code, 0, out + err);
            assert.deepEqual(
                (await sent()).map(({ connection_id }) => connection_id),
                ids
            );
            assert.match(
                err,
                new RegExp(`^nangoc: ${ids.length} done, 0 refused, 0 not sent, 0 in doubt\n$`)
            );
        }
    });
}

await test('cli/import: a pipe that comes byte by byte', async () => {
    await forget(twin);
    const run = start(['import'], { url, input: null });
    for (const byte of `${line('a')}\n\n${line('b')}`) {
        run.child.stdin.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
    }
    run.child.stdin.end();
    assert.equal((await run.ended).code, 0);
    assert.deepEqual(
        (await sent()).map(({ connection_id }) => connection_id),
        ['a', 'b']
    );
});

await test('cli/import: several files, in their order', async () => {
    await forget(twin);
    const { code } = await nangoc(['import', file('1.jsonl', line('a')), file('2.jsonl', pretty('b')), '-'], {
        url,
        input: line('c')
    });
    assert.equal(code, 0);
    assert.deepEqual(
        (await sent()).map(({ connection_id }) => connection_id),
        ['a', 'b', 'c']
    );
});

await test('cli/import: from a pipe a line of more than 1 MiB is refused by its number, and the next one comes', async () => {
    await forget(twin);
    const long = line('long', { metadata: { m: 'x'.repeat(1 << 20) } });
    const { code, out } = await nangoc(['import'], { url, input: `${line('a')}\n${long}\n${line('b')}\n` });
    assert.equal(code, 1, out);
    assert.match(out, /^REFUSED {2}standard input:2: longer than 1048576 bytes/m);
    assert.deepEqual(
        (await sent()).map(({ connection_id }) => connection_id),
        ['a', 'b']
    );
    const one = await nangoc(['import'], { url, input: JSON.stringify(JSON.parse(long), null, 1) });
    assert.equal(one.code, 1);
    assert.match(one.out, /^REFUSED {2}standard input:1: longer/);
});

// ---- what is refused here ------------------------------------------------------------------------

await test('cli/import: bad lines are refused with line, column, member and reason, and the others go on', async () => {
    await forget(twin);
    const cases = [
        [line('1'), 'DONE'],
        [
            '{"provider_config_key":"github","connection_id":"2","credentials":{"type":"OAUTH2","access_token":""}}',
            'TOO_SHORT',
            'credentials.access_token',
            97
        ],
        ['{"provider_config_key":"github" "connection_id":"3"}', 'JSON_SYNTAX', undefined, 33],
        ['{"provider_config_key":"github","connection_id":"日本語",,', 'JSON_SYNTAX', undefined, 55],
        ['["4"]', 'KIND', undefined, 1],
        [line('5', { metadata: null }), 'KIND', 'metadata'],
        [line('6', { tag: {} }), 'UNKNOWN', 'tag'],
        [
            '{"provider_config_key":"github","credentials":{"type":"OAUTH2","access_token":"t"},"provider_config_key":"x"}',
            'TWICE',
            'provider_config_key'
        ],
        [line('7').slice(0, -4), 'JSON_CUT'],
        [line('8'), 'DONE']
    ];
    const path = file('bad.jsonl', cases.map(([text]) => `${text}\n`).join(''));
    const { code, events: list, summary } = await events([path], { url });
    assert.equal(code, 1);
    assert.deepEqual(summary, { event: 'summary', done: 2, refused: 8, not_sent: 0, in_doubt: 0, exit: 1 });
    cases.forEach(([, error, member, column], i) => {
        const event = list[i];
        assert.equal(event.line, i + 1);
        assert.equal(event.error || event.outcome, error, JSON.stringify(event));
        if (member) {
            assert.equal(event.member, member);
        }
        if (error !== 'DONE') {
            assert(event.column > 0 && event.explanation.length > 10, JSON.stringify(event));
        }
        if (column) {
            assert.equal(event.column, column, JSON.stringify(event));
        }
    });
    assert.equal((await sent()).length, 2);
    const people = await nangoc(['import', path], { url });
    assert.match(people.out, /bad\.jsonl:2:97: github 2: credentials\.access_token is empty/);
});

await test('cli/import: a first line that is cut off does not take the others with it', async () => {
    const { events: list } = await events(['-'], {
        url,
        input: `{"provider_config_key":\n\n${line('b')}\n${line('c')}\n`
    });
    assert.deepEqual(
        list.map(({ line: number, outcome }) => [number, outcome]),
        [
            [1, 'REFUSED'],
            [3, 'DONE'],
            [4, 'DONE']
        ]
    );
});

await test('cli/import: the place of an error in a pretty-printed object and in --metadata', async () => {
    const path = file(
        'pretty.json',
        '{\n  "provider_config_key": "github",\n  "credentials": {"type": "OAUTH2",\n    "access_token": 7}\n}\n'
    );
    const {
        events: [event]
    } = await events([path], { url });
    assert.deepEqual([event.line, event.member, event.error], [4, 'credentials.access_token', 'KIND']);
    const {
        code,
        events: [other]
    } = await events(
        [
            '--integration',
            'github',
            '--id',
            'x',
            '--access-token',
            secret('t', 't'),
            '--metadata',
            `@${file('m.json', '{"a":\n  [1,]}')}`
        ],
        { url }
    );
    assert.equal(code, 1);
    assert.deepEqual([other.file, other.line, other.column], ['--metadata', 2, 6]);
});

await test('cli/import: ids and words of others cannot drive a terminal', async () => {
    await order(twin, {
        clear: true,
        faults: [
            { answer: { status: 400, body: { error: { code: 'x', message: '\u001b[31mred\u0007\u202e' } } } }
        ]
    });
    const { out } = await nangoc(['import', file('esc\u001b[1m.jsonl', line('b\u00e4d'))], { url });
    assert.match(
        out,
        /^REFUSED {2}.*esc\\x1b\[1m\.jsonl:1: github b\u00e4d: .*\\x1b\[31mred\\x07\\xe2\\x80\\xae\n$/
    );
});

await test('cli/import: warnings, and -q', async () => {
    const text = `${line('ok')}\n${line('日本', { credentials: { type: 'OAUTH2', access_token: 'a', refresh_token: 'r' } })}\n`;
    const { events: list } = await events(['-'], { url, input: text });
    assert.deepEqual(
        list.map(({ warnings }) => warnings),
        [undefined, ['ID', 'EXPIRY']]
    );
    const people = await nangoc(['import'], { url, input: text });
    assert.match(people.out, /日本; warning: .*this id; warning: a refresh_token without expires_at/);
    const quiet = await nangoc(['import', '-q'], { url, input: `${text}{}\n` });
    assert.equal(quiet.out.split('\n').length, 2, quiet.out);
});

await twin.stop();
process.exit(exitCode());
