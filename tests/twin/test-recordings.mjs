// SPDX-License-Identifier: MIT
// timeout: 600
// Holds the twin against the recordings of the real server: each recorded request goes to a twin in the same
// state, byte for byte (but for session tokens and one ETag, which are the twin's own), and status, headers
// and body of each answer are compared. How a case is played when it is more than "send all, read all" stands
// in `plays`, what was there before it in `before`.
import { setTimeout as sleep } from 'node:timers/promises';
import { compare, files, load, names, present, Ties } from './recorded.mjs';
import { startTwin } from './child.mjs';
import { ask, exitCode, notOk, ok, skip, Wire } from './wire.mjs';

const main = 'c561815d-4b9e-4464-a3a8-e0cd610fd807';
const second = '29380976-e480-42d9-b5e1-c9c260fcc5ff';

// By the port in the recorded Host: the instances that were recorded, as twins.
const instances = {
    3003: ['--rate-limit', '100000000'],
    3004: ['--rate-limit', '200'],
    3005: ['--rate-limit', '100000000'],
    3006: ['--rate-limit', '100000000', '--upstream', 'stub'],
    // Times of the real server: 61 s, 62 s, 300 s, looked at every 30 s.
    idle: [
        '--rate-limit',
        '100000000',
        '--keep-alive',
        '61',
        '--headers-timeout',
        '0.6',
        '--request-timeout',
        '1.2',
        '--check-interval',
        '0.3'
    ],
    'idle-after-reply': ['--rate-limit', '100000000', '--keep-alive', '1']
};
const twins = new Map();

function instanceFor(name, request) {
    const port = /^Host: [^:\r\n]*:(\d+)/m.exec(request.toString('latin1', 0, 4096))?.[1] || '3003';
    return name === 'idle-after-reply' ? name : name.startsWith('idle-') ? 'idle' : port;
}

function twinOf(instance) {
    if (!twins.has(instance)) {
        twins.set(instance, startTwin(...instances[instance]));
    }
    return twins.get(instance);
}

const ties = new Ties();

async function expectStatus(wanted, ...request) {
    const answer = await ask(...request);
    if (answer.status !== wanted) {
        throw new Error(`before the case: ${request[2]} gave ${answer.status} ${answer.body}`);
    }
    return answer.json;
}

const put = (port, key, body) => expectStatus(201, port, 'POST', '/connections', key, body);
const oauth2 = { type: 'OAUTH2', access_token: 'fake-access-token' };

async function openSession(port, recordedToken, body) {
    const { data } = await expectStatus(201, port, 'POST', '/connect/sessions', main, body);
    ties.tie('token', recordedToken, data.token);
}

const maxConnection = {
    metadata: {
        plan: 'enterprise',
        nested: { a: { b: { c: [1, 2.5, -3e10, true, false, null, 'x'] } }, empty: {}, list: [] },
        zz: 'last',
        a: 'first',
        url: 'https://example.com/a?b=c&d=e'
    },
    webhook_url_override: 'https://hooks.example.com/nango?x=1',
    end_user: {
        id: 'user_1001',
        email: 'jane.doe@example.com',
        display_name: 'Jane Doé',
        tags: { organization: 'acme', Plan: 'pro' }
    },
    tags: { projectId: 'proj_42', Tier: 'gold', 'org/unit': 'a-b.c' }
};

// What was done on the real server before a case, but not recorded.
const before = {
    'list-1': (port) =>
        put(port, second, {
            provider_config_key: 'github',
            connection_id: 'list-a',
            metadata: { n: 1, s: 'ü' },
            tags: { team: 'red' },
            credentials: oauth2,
            end_user: {
                id: 'eu-list',
                email: 'list@example.com',
                display_name: 'List User',
                tags: { org: 'acme' }
            }
        }),
    async 'list-3'(port) {
        await put(port, second, {
            provider_config_key: 'apify',
            connection_id: 'list-b',
            tags: { env: 'prod', team: 'blue' },
            credentials: { type: 'API_KEY', apiKey: 'k' }
        });
        await put(port, second, {
            provider_config_key: 'unauthenticated',
            connection_id: 'list-a',
            tags: { team: 'blue' },
            credentials: { type: 'NONE' }
        });
    },
    'get-tba-max': (port) =>
        put(port, main, {
            ...maxConnection,
            provider_config_key: 'netsuite-tba',
            connection_id: 'conn-tba-max',
            connection_config: { accountId: 'tstdrv1234', extra: 'kept' },
            credentials: {
                type: 'TBA',
                token_id: 'fake-tba-id',
                token_secret: 'fake-tba-secret',
                config_override: { client_id: 'override-id', client_secret: 'override-secret' }
            }
        }),
    'err-get-expired-refresh': (port) =>
        put(port, second, {
            provider_config_key: 'github',
            connection_id: 'expired',
            credentials: { ...oauth2, expires_at: '2001-01-01T00:00:00Z', refresh_token: 'fake-refresh' }
        }),
    'apiauth-apikey': (port) =>
        openSession(
            port,
            'nango_connect_session_2e23dd5fd19fbd9b1b70f39efcce45955a1150cda8fe2c4f781e46da6ab21388',
            { tags: { device_id: 'dev-77' } }
        ),
    'apiauth-basic': (port) =>
        openSession(
            port,
            'nango_connect_session_a8ae3199cc5c9a473ed2c907fbf44b173ee9d67f925a7fc90c801c236ce346ee',
            { tags: { device_id: 'dev-78' } }
        ),
    'err-apiauth-id': (port) =>
        openSession(
            port,
            'nango_connect_session_3ce6574dcb7a557cbc2bd28c886a8eea7b896739e5cd5bc0afb746f195665f59',
            { tags: { device_id: 'dev-79' } }
        ),
    // 200 requests in a window: all but the last of them, which is rate-4.
    async 'rate-4-last-allowed'(port) {
        for (let left = Infinity; left > 1;) {
            const answer = await ask(port, 'POST', '/connections', second, {});
            left = Number(answer.value('x-ratelimit-remaining'));
        }
    },
    'rate-11-after-reset': (port, twin) =>
        expectStatus(200, twin.control, 'POST', '/_twin/control', undefined, { window: 'end' })
};

/** The requests of a file that has several, each with its own Content-Length. */
function split(request) {
    const parts = [];
    for (let at = 0; at < request.length;) {
        const head = request.indexOf('\r\n\r\n', at);
        const length = /content-length: (\d+)/i.exec(request.toString('latin1', at, head))?.[1] || 0;
        parts.push(request.subarray(at, head + 4 + Number(length)));
        at = head + 4 + Number(length);
    }
    return parts;
}

const half = (request) => request.length - 60;

/** 75 MiB + 1 in chunks of 1 MiB: the recorded file shows the body only. */
function chunked(request) {
    const head = request.indexOf('\r\n\r\n') + 4;
    const pieces = [request.subarray(0, head)];
    for (let at = head; at < request.length; at += 1 << 20) {
        const piece = request.subarray(at, at + (1 << 20));
        pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    }
    return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

const headFirst = async (wire, request) => {
    const head = request.indexOf('\r\n\r\n') + 4;
    wire.write(request.subarray(0, head));
    await wire.answers(1);
    wire.write(request.subarray(head));
};

// How a request is sent when not in one write.
const plays = {
    'expect-100': headFirst,
    async 'body-split-writes'(wire, request) {
        wire.write(request.subarray(0, half(request)));
        await sleep(50);
        wire.write(request.subarray(half(request)));
    },
    async 'keepalive-sequential-3'(wire, request) {
        for (const [i, part] of split(request).entries()) {
            wire.write(part);
            await wire.answers(i + 1);
        }
    },
    'err-body-over-limit-chunked': (wire, request) => wire.write(chunked(request)),
    // The recorded ETag is that of the recorded list.
    async 'list-etag-304'(wire, request, twin) {
        const etag = (await ask(twin.port, 'GET', '/connections', second)).value('etag');
        wire.write(request.toString().replace(/If-None-Match: .*\r\n/, `If-None-Match: ${etag}\r\n`));
    }
};

// Two requests at the same instant: which of them gets the 500 is chance.
const anyOrder = ['pipe-same-id-twice'];

// The server closes after these; for the others it is seen that it does not.
const closes = (recorded) =>
    recorded.answers.some((answer) => answer.value('connection') === 'close') ||
    recorded.name === 'idle-after-reply';

async function play(name) {
    const recorded = load(name);
    const instance = instanceFor(name, recorded.request);
    const twin = await twinOf(instance);
    await before[name]?.(twin.port, twin);
    const wire = await Wire.open(twin.port);
    try {
        await (plays[name] || ((one, request) => one.write(request)))(
            wire,
            ties.apply(recorded.request),
            twin
        );
        const wanted = recorded.answers;
        const { answers, rest } = await wire.answers(Math.max(1, wanted.length), {
            isHead: recorded.isHead,
            limit_ms: wanted.length === 0 ? 300 : 60000
        });
        if (anyOrder.includes(name)) {
            answers.sort((a, b) => b.status - a.status);
            wanted.sort((a, b) => b.status - a.status);
        }
        wanted.forEach((answer, i) => {
            if (!answers[i]) {
                throw new Error(
                    `answer ${i + 1} of ${wanted.length} is missing (${wire.ended || 'connection open'})`
                );
            }
            compare(answer, answers[i], ties, {
                instance,
                truncated: name === 'body-at-limit',
                otherTimes: instance.startsWith('idle')
            });
        });
        if (answers.length > wanted.length || rest.length > 0) {
            throw new Error(
                `more than the ${wanted.length} recorded answers: ${rest.toString().slice(0, 100)}`
            );
        }
        if (closes(recorded)) {
            if ((await wire.end()) !== 'fin') {
                throw new Error(
                    `the server should have closed the connection, it is ${wire.ended || 'open'}`
                );
            }
        } else if ((await wire.end(5)) !== undefined) {
            throw new Error(`the server closed the connection (${wire.ended})`);
        }
    } finally {
        wire.close();
    }
}

// Recordings that the twin is not held against, and why.
const oldParser = Number(process.versions.node.split('.')[0]) < 20;
const notHeld = oldParser
    ? {
          'pipe-close-first':
              'the HTTP parser of node 18 ignores what follows a request with Connection: close'
      }
    : {};

if (!present) {
    skip('twin/recordings', 'there is no ../shared/recordings');
} else {
    const wanted = process.argv.slice(2);
    const all = names();
    const missing = files().filter((name) => !all.includes(name));
    if (missing.length > 0) {
        notOk('twin/recordings/index', `INDEX.md does not name ${missing.join(', ')}`);
    } else {
        ok('twin/recordings/index');
    }
    for (const name of all.filter((one) => wanted.length === 0 || wanted.includes(one))) {
        if (notHeld[name]) {
            await play(name).catch(() => {}); // for what it leaves behind
            skip(`twin/recordings/${name}`, notHeld[name]);
            continue;
        }
        try {
            await play(name);
            ok(`twin/recordings/${name}`);
        } catch (error) {
            notOk(`twin/recordings/${name}`, error.message);
        }
    }
    await Promise.all([...twins.values()].map(async (twin) => (await twin).stop()));
}
process.exitCode = exitCode();
