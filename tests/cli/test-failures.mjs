// SPDX-License-Identifier: MIT
// timeout: 600
// Every way to fail: its exit code, and a sentence that says what to do; and in none of them, nor in
// success, stands a secret on standard output, standard error, the command line or the environment of the
// process.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { order } from '../twin/child.mjs';
import { exitCode, skip, test } from '../twin/wire.mjs';
import { file, folder, forget, key, line, requests, roots, start, startServer } from './cli.mjs';

const secrets = {
    access: 'gho_Kp3vT9xWq2LmZ8sD',
    refresh: 'ghr_Yb7nR4cJf6HtV1eX',
    client: 'cs_Mu5gAa0oQi8wPz2E'
};
const other = '11111111-2222-4333-8444-555555555555';
const all = [...Object.values(secrets), key, other];

/** No part of a secret of 8 characters may be there. */
function holdsNone(text, where) {
    for (const secret of all) {
        for (let at = 0; at + 8 <= secret.length; at++) {
            const part = secret.slice(at, at + 8);
            assert(!text.includes(part), `${where} shows ${part}: ${text}`);
        }
    }
}

const flags = [
    'import',
    '--integration',
    'github',
    '--id',
    'device-1',
    '--access-token',
    `@${file('access', secrets.access)}`,
    '--refresh-token',
    'env:REFRESH',
    '--expires-at',
    '2031-02-03T04:05:06Z',
    '--config-override-client-id',
    'own',
    '--config-override-client-secret',
    `@${file('client', `${secrets.client}\n`)}`
];
const credentials = {
    type: 'OAUTH2',
    access_token: secrets.access,
    refresh_token: secrets.refresh,
    expires_at: '2031-02-03T04:05:06Z',
    config_override: { client_id: 'own', client_secret: secrets.client }
};
const lines = file('lines.jsonl', `${line('device-1', { credentials })}\n`);

const twin = await startServer();
const closed = await new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resolve(port));
    });
});
const proc = (pid, name) => readFileSync(`/proc/${pid}/${name}`, 'latin1');
const hasProc = process.platform === 'linux';

/** Once the request has come: what others on this machine see of the process. */
async function look(child, wanted) {
    for (let tries = 0; tries < 1000; tries++) {
        if ((await requests(twin)).some(({ body }) => body !== undefined)) {
            const cmdline = proc(child.pid, 'cmdline');
            assert.equal(cmdline.split('\0')[1], 'import');
            holdsNone(cmdline, 'cmdline');
            assert.match(proc(child.pid, 'limits'), /^Max core file size +0 /m);
            try {
                const environ = proc(child.pid, 'environ');
                assert(environ.includes(wanted), environ);
                holdsNone(environ, 'environ');
            } catch (error) {
                assert.equal(error.code, 'EACCES', error.message); // even its own user may not, but root
            }
            return;
        }
    }
    throw new Error('no request came');
}

/** A case: faults for the twin, what else is different, and what comes of it. */
const answer = (status, body, headers) => ({ answer: { status, body, headers } });
const error = (code, message, errors) => ({ error: { code, message, errors } });
const echo = `the key was ${key}, the body ${JSON.stringify(credentials)}`;
const cases = {
    'it works': { code: 0, out: /^DONE / },
    401: {
        faults: [],
        env: { NANGO_SECRET_KEY: other },
        code: 3,
        out: /^REFUSED .*does not accept the key from NANGO_SECRET_KEY \(401 unknown_account\)/
    },
    403: {
        faults: [answer(403, error('forbidden', 'no'))],
        code: 3,
        out: /^REFUSED .*scope environment:connections:create/
    },
    '404, no such integration': {
        faults: [answer(404, error('not_found', 'no'))],
        code: 1,
        out: /^REFUSED .*no integration github \(404\)/
    },
    '404, no such path': {
        path: '/nowhere',
        code: 2,
        out: /^REFUSED .*has no \/connections \(404\): is NANGO_HOSTPORT right\?/
    },
    resource_capped: {
        faults: [answer(400, error('resource_capped', 'enough'))],
        code: 3,
        out: /^REFUSED .*resource_capped\): enough/
    },
    'a list of complaints': {
        faults: [
            answer(
                400,
                error(
                    'invalid_body',
                    undefined,
                    [1, 2, 3, 4, 5].map((n) => ({ code: 'c', message: `m${n}`, path: ['a', 'b'] }))
                )
            )
        ],
        code: 1,
        out: /\(400 invalid_body\): a\.b: m1; a\.b: m2; a\.b: m3; and 2 more/
    },
    connection_test_failed: {
        faults: [answer(400, error('connection_test_failed', 'nope'))],
        code: 1,
        out: /tried the credential at the provider.*nope/
    },
    'a server that repeats what it got, in message': {
        faults: [answer(400, error('x', echo))],
        code: 1,
        out: /not shown: it repeats a secret/
    },
    'a server that repeats it in a complaint': {
        faults: [
            answer(
                400,
                error('x', 'm', [{ code: 'c', message: `bad: ${secrets.refresh}`, path: [secrets.access] }])
            )
        ],
        code: 1,
        out: /not shown/
    },
    'a server that repeats it as its code': {
        faults: [answer(400, error(secrets.client, 'm'))],
        code: 1,
        out: /^REFUSED /
    },
    429: {
        faults: [answer(429, { error: { code: 'too_many_request' } }, { 'Retry-After': '5' })],
        only: 'flags',
        args: ['--timeout', '2'],
        code: 4,
        out: /^NOT_SENT .*429\): come again in \d+ s/
    },
    '500 again and again': {
        faults: [{ ...answer(500, error('server_error', echo)), count: 100 }],
        args: ['--timeout', '2'],
        code: 4,
        out: /^IN_DOUBT /
    },
    'a cut answer, and then nobody': {
        faults: [{ cut: 100, close: 'fin', count: 100 }],
        args: ['--timeout', '2'],
        code: 4,
        out: /^IN_DOUBT /
    },
    'no answer': {
        faults: [{ silent: true }],
        args: ['--timeout', '2'],
        code: 4,
        out: /^IN_DOUBT .*no verdict within 2 s/
    },
    'a redirect': {
        faults: [answer(302, '', { Location: `https://login.example.com/?k=${key}` })],
        code: 2,
        out: /^NOT_SENT .*redirects to https:\/\/login\.example\.com\/\?k=\.\.\. \(not shown.*set NANGO_HOSTPORT/
    },
    'a login page': {
        faults: [answer(200, `<html>${echo}</html>`)],
        code: 4,
        out: /^IN_DOUBT .*status 200, but not Nango's answer.*login page/
    },
    'half of an answer': {
        faults: [answer(201, `{"connection_id":"device-1","x":"${secrets.access}`)],
        code: 4,
        out: /^IN_DOUBT .*not Nango's answer/
    },
    // A label of 64 letters is no name (RFC 1035), whatever the resolver of this machine says.
    'a host that is not there': {
        url: `https://${'n'.repeat(64)}.invalid`,
        args: ['--timeout', '2'],
        code: 4,
        out: /^NOT_SENT .*the name n+\.invalid does not resolve: is NANGO_HOSTPORT right/
    },
    'a port where nobody listens': {
        url: `https://localhost:${closed}`,
        args: ['--timeout', '2'],
        code: 4,
        out: /^NOT_SENT .*no address of localhost could be reached: Connection refused \(nothing was stored\)/
    },
    'TLS where there is none': {
        url: `https://localhost:${twin.control}`,
        args: ['--timeout', '2'],
        code: 4,
        out: /^NOT_SENT /
    },
    'roots that do not fit': {
        env: { SSL_CERT_FILE: `${folder}/certs/rsa-root.pem` },
        code: 4,
        out: /^NOT_SENT .*signed by nobody in .*rsa-root\.pem: is --ca/
    },
    'a certificate for another name': {
        name: 'other.localhost',
        code: 4,
        out: /^NOT_SENT .*the certificate is not for other\.localhost/
    },
    'no file with roots': {
        args: ['--ca', `${folder}/nowhere`],
        code: 5,
        err: /cannot read the roots in .*nowhere: No such file/
    },
    'no key': { env: { NANGO_SECRET_KEY: undefined }, code: 2, err: /no key: set NANGO_SECRET_KEY/ },
    'half a key': {
        env: { NANGO_SECRET_KEY: key.slice(0, 20) },
        code: 2,
        err: /it has 20 characters, where a UUID/
    },
    'a key with a line end too many': {
        env: { NANGO_SECRET_KEY: `${key}\n` },
        code: 2,
        err: /37 characters/
    },
    'plain http to another machine': {
        url: 'http://nango.example.com',
        code: 2,
        err: /plain http to another machine.*--insecure-http/
    },
    'a password in the URL': {
        url: `https://u:${secrets.access}@nango.example.com`,
        code: 2,
        err: /user name, a query or a fragment/
    },
    'a URL that is none': { url: 'ftp://nango.example.com', code: 2, err: /neither https nor http/ },
    'standard output that is full': { full: true, only: 'lines', code: 5, err: /cannot write the outcomes/ }
};

async function play(
    name,
    form,
    { faults = [], env = {}, path = '', url, args = [], code, out = /^/, err = /^/, full, name: host }
) {
    await order(twin, {
        clear: true,
        forget: true,
        faults: faults.map((one) => ({ delay_ms: 200, ...one }))
    });
    const base = url ?? (host ? twin.url.replace('localhost', host) : twin.url) + path;
    const command = [...(form === 'lines' ? ['import', lines] : flags), ...args];
    const run = start(command, {
        url: base,
        env: { ...(form === 'flags' && { REFRESH: secrets.refresh }), MARK: 'still-there', ...env },
        ...(full && { stdout: '/dev/full' })
    });
    if (hasProc && faults.length > 0) {
        await look(run.child, 'still-there');
    }
    const got = await run.ended;
    assert.equal(got.code, code, `exit code ${got.code} ${got.signal || ''}: ${got.out}${got.err}`);
    assert.match(got.out.replace(`${lines}:1: `, ''), out);
    assert.match(got.err, err);
    holdsNone(got.out, 'standard output');
    holdsNone(got.err, 'standard error');
    return got;
}

if (!hasProc) {
    skip('cli/failures: /proc', 'not on this system');
}
for (const [name, one] of Object.entries(cases)) {
    await test(`cli/failures: ${name}`, async () => {
        for (const form of ['flags', 'lines'].filter((form) => !one.only || form === one.only)) {
            const args = one.args || [];
            await play(name, form, { ...one, args: form === 'flags' ? [...args, '-v'] : args });
            await play(name, form, { ...one, args: [...args, '--json'], out: /^/ });
        }
    });
}

await test('cli/failures: in doubt: the command that is shown repeats the import with the same id', async () => {
    const anonymous = flags.filter((flag, i) => flag !== '--id' && flags[i - 1] !== '--id');
    await order(twin, {
        clear: true,
        forget: true,
        faults: [{ when: 'after', ...answer(500, ''), count: 100 }]
    });
    const run = start([...anonymous, '--timeout', '2', '--tag', "a=it's"], {
        url: twin.url,
        env: { REFRESH: secrets.refresh }
    });
    const got = await run.ended;
    assert.equal(got.code, 4);
    const [, command, id] = /same connection_id: (nangoc import .* --id ([0-9a-f-]{36}))\n$/.exec(got.out);
    assert(command.includes(`'a=it'\\''s'`), command);
    await order(twin, { clear: true });
    const again = execFileSync('sh', ['-c', command.replace('nangoc', '"$NANGOC"')], {
        env: {
            NANGOC: run.child.spawnfile,
            NANGO_HOSTPORT: twin.url,
            NANGO_SECRET_KEY: key,
            REFRESH: secrets.refresh,
            SSL_CERT_FILE: `${folder}/certs/ec-root.pem`,
            ASAN_OPTIONS: 'detect_leaks=0'
        }
    });
    assert.equal(again.toString(), `DONE     github ${id}\n`);
    assert.equal(new Set((await requests(twin)).map(({ body }) => JSON.parse(body).connection_id)).size, 1);
});

await test('cli/failures: in doubt: a line says what to do with its id', async () => {
    await order(twin, { clear: true, faults: [{ ...answer(500, ''), count: 100 }] });
    const text = `${line('own')}\n${line(undefined)}\n`;
    const { out, code } = await start(['import', '--timeout', '2', file('doubt.jsonl', text)], {
        url: twin.url
    }).ended;
    assert.equal(code, 4);
    assert.match(out, /doubt.jsonl:1: .*the same command does that\n/);
    assert.match(out, /doubt.jsonl:2: github ([0-9a-f-]{36}): .*the same command does that\n/);
    await order(twin, { clear: true });
});

await test('cli/failures: a run stops at 401, and after three calls that the network failed', async () => {
    await order(twin, { clear: true });
    const path = file('five.jsonl', [1, 2, 3, 4, 5].map((n) => `${line(`n${n}`)}\n`).join(''));
    const stopped = await start(['import', path], { url: twin.url, env: { NANGO_SECRET_KEY: other } }).ended;
    assert.equal(stopped.code, 3);
    assert.equal(stopped.out.split('\n').length, 2);
    assert.match(stopped.err, /stopped at .*five\.jsonl:1: what follows was not tried/);
    const lost = await start(['import', '--timeout', '2', path], { url: `https://localhost:${closed}` })
        .ended;
    assert.equal(lost.code, 4);
    assert.match(lost.err, /the network failed 3 calls in a row\n.*stopped at .*five\.jsonl:3/);
});

await test('cli/failures: a short secret that the server repeats is not shown either', async () => {
    const short = 'hunter2';
    const said = { ...answer(400, error('x', `bad password ${short}`)), count: 100 };
    const body = { provider_config_key: 'lessonly', connection_id: 'short' };
    body.credentials = { type: 'BASIC', username: 'ann', password: short };
    const basic = ['import', '--integration', 'lessonly', '--id', 'short', '--basic'];
    for (const args of [
        [...basic, `ann:@${file('short', `${short}\n`)}`],
        [...basic, `@${file('both', `ann:${short}\n`)}`],
        ['import', file('short.jsonl', `${JSON.stringify(body)}\n`)]
    ]) {
        await order(twin, { clear: true, faults: [said] });
        const { out, err, code } = await start([...args, '-v'], { url: twin.url }).ended;
        assert.equal(code, 1, out + err);
        assert.match(out, /bad password \.\.\. \(not shown/, args.join(' '));
        assert(!(out + err).includes(short), out + err);
    }
    await order(twin, { clear: true });
});

await test('cli/failures: an id that is no number is not passed on', async () => {
    const faults = [{ ...answer(201, { id: '5,"outcome":"X"', connection_id: 'device-1' }), count: 1 }];
    await order(twin, { clear: true, faults });
    const { out, code } = await start(['import', lines, '--json'], { url: twin.url }).ended;
    assert.equal(code, 0);
    const events = out.trim().split('\n').map((text) => JSON.parse(text));
    assert.equal(events[0].outcome, 'DONE');
    assert.equal(events[0].id, undefined);
    await order(twin, { clear: true });
});

await test('cli/failures: closed standard descriptors are not taken for files', async () => {
    await order(twin, { clear: true, forget: true });
    const env = { ...process.env, NANGO_HOSTPORT: twin.url, NANGO_SECRET_KEY: key };
    env.SSL_CERT_FILE = `${folder}/certs/ec-root.pem`;
    const command = '"$NANGOC" import --integration github --id stolen --access-token @- <&- 2>&1; echo "code $?"';
    const said = execFileSync('sh', ['-c', command], { env }).toString();
    assert.match(said, /access_token is empty/);
    assert.match(said, /code 1\n$/);
    assert.equal((await requests(twin)).filter(({ body }) => body !== undefined).length, 0);
});

await test('cli/failures: 400 after a lost answer is in doubt, and says so by its exit code', async () => {
    const faults = [{ ...answer(500, ''), count: 1 }, { ...answer(400, error('x', 'no')), count: 100 }];
    await order(twin, { clear: true, faults });
    const { out, code } = await start(['import', lines], { url: twin.url }).ended;
    assert.match(out, /^IN_DOUBT /);
    assert.equal(code, 4);
    await order(twin, { clear: true });
});

await test('cli/failures: the id that was made is told after a second signal too', async () => {
    await order(twin, { clear: true, forget: true, faults: [{ delay_ms: 60000, count: 100 }] });
    const run = start(['import', file('made.jsonl', `${line(undefined)}\n`)], { url: twin.url });
    for (let tries = 0; tries < 3000 && !(await requests(twin)).some(({ body }) => body !== undefined); tries++);
    run.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    run.child.kill('SIGTERM');
    const { out, code } = await run.ended;
    assert.equal(code, 130);
    assert.match(out, /^IN_DOUBT .*github [0-9a-f]{8}-[0-9a-f-]{27}: /);
    await order(twin, { clear: true });
});

await test('cli/failures: the highest exit code of all lines counts', async () => {
    const path = file('mixed.jsonl', `${line('ok')}\n{}\n${line('ok')}\n`);
    await order(twin, { clear: true });
    assert.equal((await start(['import', path], { url: twin.url }).ended).code, 1);
    assert.equal((await start(['import', path, `${folder}/nowhere.jsonl`], { url: twin.url }).ended).code, 5);
    await order(twin, { clear: true, faults: [{ ...answer(500, ''), count: 100 }] });
    assert.equal((await start(['import', path, '--timeout', '2'], { url: twin.url }).ended).code, 4);
});

await test('cli/failures: a used-up rate limit is waited for between two lines', async () => {
    const limited = await startServer('--rate-limit', '2', '--window', '2');
    const path = file('limited.jsonl', [1, 2, 3].map((n) => `${line(`n${n}`)}\n`).join(''));
    const { code, out, err } = await start(['import', path, '--timeout', '2'], { url: limited.url }).ended;
    assert.equal(code, 0, out + err);
    assert.match(err, /requests a window are left.*: waiting \d+ s|rate limit is used up: waiting \d+ s/);
    await limited.stop();
});

// ---- certificates and the clock ------------------------------------------------------------------

/** A server with a certificate of its own for localhost, good between two dates. */
async function serveWith(name, from, to) {
    const dir = `${folder}/${name}`;
    mkdirSync(dir);
    const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
    writeFileSync(
        `${dir}/ca.cnf`,
        '[ca]\ndefault_ca=a\n[a]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n' +
            'x509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=DNS:localhost\n'
    );
    writeFileSync(`${dir}/index`, '');
    writeFileSync(`${dir}/serial`, '01\n');
    openssl(
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        'key',
        '-subj',
        '/CN=localhost',
        '-out',
        'csr'
    );
    openssl(
        'ca',
        '-batch',
        '-config',
        'ca.cnf',
        '-cert',
        roots,
        '-keyfile',
        roots.replace('.pem', '-key.pem'),
        '-in',
        'csr',
        '-out',
        'cert',
        '-notext',
        '-startdate',
        from,
        '-enddate',
        to
    );
    const server = https.createServer({ key: readFileSync(`${dir}/key`), cert: readFileSync(`${dir}/cert`) });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, url: `https://localhost:${server.address().port}` };
}

for (const [name, from, to, out] of [
    [
        'not yet',
        '20400101000000Z',
        '20410101000000Z',
        /is not valid yet, by this machine's clock \(20\d\d-\d\d-\d\d \d\d:\d\d UTC\): set the clock/
    ],
    ['no more', '20200101000000Z', '20210101000000Z', /has expired, by this machine's clock \(/]
]) {
    await test(`cli/failures: a certificate that is good ${name}`, async () => {
        const { server, url } = await serveWith(name, from, to);
        const { code, out: said } = await start(['import', lines], { url }).ended;
        server.close();
        assert.equal(code, 4);
        assert.match(said, /^NOT_SENT /);
        assert.match(said, out);
        assert(name === 'no more' || said.includes(`(${new Date().toISOString().slice(0, 10)} `), said);
    });
}

// ---- Ctrl-C --------------------------------------------------------------------------------------

async function until(condition) {
    for (let tries = 0; tries < 2000 && !(await condition()); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

await test('cli/failures: Ctrl-C lets what is in flight end, and takes no more', async () => {
    const path = file('long.jsonl', [1, 2, 3].map((n) => `${line(`n${n}`)}\n`).join(''));
    await order(twin, { clear: true, forget: true, faults: [{ delay_ms: 1000 }] });
    const run = start(['import', path], { url: twin.url });
    await until(async () => (await requests(twin)).length > 0);
    run.child.kill('SIGINT');
    const { code, out, err } = await run.ended;
    assert.deepEqual([code, out], [130, `DONE     ${path}:1: github n1\n`]);
    assert.match(err, /stopped at .*long\.jsonl:1: what follows was not tried/);
});

await test('cli/failures: Ctrl-C twice cancels it, and says that it is in doubt', async () => {
    await order(twin, { clear: true, forget: true, faults: [{ silent: true }] });
    const run = start(['import', lines], { url: twin.url });
    await until(async () => (await requests(twin)).length > 0);
    run.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    run.child.kill('SIGINT');
    const { code, out } = await run.ended;
    assert.equal(code, 130);
    assert.match(out, /^IN_DOUBT .*: cancelled; it may be stored or not/);
});

await test('cli/failures: Ctrl-C while it waits for lines', async () => {
    await forget(twin);
    await order(twin, { clear: true });
    const run = start(['import'], { url: twin.url, input: null });
    run.child.stdin.write(`${line('one')}\n`);
    await until(() => run.out.includes('DONE'));
    run.child.kill('SIGTERM');
    const { code, out } = await run.ended;
    run.child.stdin.destroy();
    assert.deepEqual([code, out], [130, 'DONE     standard input:1: github one\n']);
});

await twin.stop();
process.exit(exitCode());
