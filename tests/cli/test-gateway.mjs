// SPDX-License-Identifier: MIT
// timeout: 300
// What a gateway's owner needs for many connections: several at once, a journal, CSV, what is there already,
// rejects to mend, shards, a rate.
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { order, rows } from '../twin/child.mjs';
import { exitCode, test } from '../twin/wire.mjs';
import { events, file, folder, forget, line, nangoc, requests, start, startServer } from './cli.mjs';

const twin = await startServer();
const { url } = twin;
const again = { url, again: true };
const lines = (count, of) => Array.from({ length: count }, (_, i) => `${of(i + 1)}\n`).join('');
const posts = async () => (await requests(twin)).filter(({ method }) => method === 'POST');
const sentIds = async () => (await posts()).map(({ body }) => JSON.parse(body).connection_id);
const json = (path) =>
    readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text));

// ---- several at once -----------------------------------------------------------------------------

await test('cli/gateway: --parallel 16: outcomes in the order of the lines, however late one of them is', async () => {
    await order(twin, { clear: true, forget: true, faults: [{ skip: 3, delay_ms: 700 }] });
    const path = file('many.jsonl', lines(120, (n) => line(`m${n}`)));
    const { code, events: list } = await events([path, '--parallel', '16'], { url });
    assert.equal(code, 0);
    assert.deepEqual(
        list.map(({ line: n, connection_id }) => [n, connection_id]),
        Array.from({ length: 120 }, (_, i) => [i + 1, `m${i + 1}`])
    );
    const used = new Set((await posts()).map(({ connection }) => connection));
    assert(used.size > 4 && used.size <= 16, `${used.size} connections`);
});

await test('cli/gateway: --parallel 64 over TLS, and one of the same id is never in flight twice', async () => {
    await order(twin, { clear: true, forget: true });
    const path = file('same.jsonl', lines(300, (n) => line(`same-${n % 3}`, { metadata: { n } })));
    const { code, out, err } = await nangoc(['import', '-q', path, '--parallel', '64'], { url });
    assert.equal(code, 0, out + err);
    for (const k of [0, 1, 2]) {
        const order = (await posts())
            .map(({ body }) => JSON.parse(body))
            .filter(({ connection_id }) => connection_id === `same-${k}`)
            .map(({ metadata }) => metadata.n);
        assert.deepEqual(
            order,
            [...order].sort((a, b) => a - b)
        );
        assert.equal(order.length, 100);
    }
    const wide = file('wide.jsonl', lines(400, (n) => line(`w${n}`)));
    const all = await nangoc(['import', '-q', wide, '--parallel', '64'], { url });
    assert.equal(all.code, 0, all.out + all.err);
});

await test('cli/gateway: a pipe keeps what is in flight, and lines that come late are waited for', async () => {
    await order(twin, { clear: true, forget: true, faults: [{ delay_ms: 500 }] });
    const run = start(['import'], { url, input: null });
    const pad = { metadata: { m: 'x'.repeat(250000) } };
    for (let n = 1; n <= 12; n++) {
        run.child.stdin.write(`${line(`p${n}`, pad)}\n`);
        if (n === 6) {
            await new Promise((resolve) => setTimeout(resolve, 700));
        }
    }
    run.child.stdin.end();
    const { code, out } = await run.ended;
    assert.equal(code, 0, out);
    assert.equal((await posts()).length, 12);
});

await test('cli/gateway: --limit, --max-refused N and P%', async () => {
    await order(twin, { clear: true, forget: true });
    const path = file('limit.jsonl', lines(30, (n) => (n % 2 ? line(`l${n}`) : '{}')));
    const limit = await nangoc(['import', path, '--limit', '5'], { url });
    assert.match(limit.err, /3 done, 2 refused/);
    assert.match(limit.err, /stopped at .*limit\.jsonl:5: what follows was not tried/);
    const brake = await nangoc(['import', path, '--max-refused', '3'], { url });
    assert.equal(brake.code, 3);
    assert.match(brake.err, /4 of \d+ lines were refused, more than --max-refused 3/);
    const percent = await nangoc(['import', path, '--max-refused', '40%'], { url });
    assert.equal(percent.code, 3);
    const enough = await nangoc(['import', path, '--max-refused', '60%'], { url });
    assert.equal(enough.code, 1);
});

// ---- the journal ---------------------------------------------------------------------------------

await test('cli/gateway: the journal: what is done is not sent again, what was refused is', async () => {
    await order(twin, { clear: true, forget: true });
    const path = file('journal.jsonl', `${line('j1')}\n${line(undefined)}\n{"no":1}\n${line('j4')}\n`);
    const args = ['import', '--if-exists', 'overwrite', path];
    const first = await nangoc(args, again);
    assert.equal(first.code, 1);
    assert.equal(statSync(`${path}.journal`).mode & 0o777, 0o600);
    const second = await nangoc(args, again);
    assert.match(second.err, /^nangoc: 3 done before, 0 done, 1 refused/m);
    assert.equal((await posts()).length, 3);
    assert(!readFileSync(`${path}.journal`, 'latin1').includes('token'));
});

await test('cli/gateway: the journal: another key, another server, a changed input, a second run', async () => {
    const path = file('bound.jsonl', `${line('b1')}\n${line('b2')}\n`);
    const args = ['import', '--if-exists', 'overwrite', path];
    const ok = (more, options) => nangoc([...args, ...more], { ...again, ...options });
    assert.equal((await ok([])).code, 0);
    const key = { NANGO_SECRET_KEY: '22222222-2222-4333-8444-555555555555' };
    const other = await ok([], { env: key });
    assert.equal(other.code, 2);
    assert.match(other.err, /another key.*--same-environment.*--journal/);
    const second = await startServer();
    const server = await ok([], { url: second.url });
    assert.equal(server.code, 2);
    assert.match(server.err, /is about https:\/\/localhost:\d+, and this run about/);
    await second.stop();
    writeFileSync(path, `${line('b1')}\n${line('b3')}\n`);
    const changed = await ok([]);
    assert.equal(changed.code, 2);
    assert.match(changed.err, /bound\.jsonl:2 is not the line .*--restart/);
    writeFileSync(path, `${line('b1')}\n${line('b2')}\n\n`);
    assert.match((await ok([])).err, /is not what the journal .* was begun with \(\d+ bytes then, \d+ now\)/);
    await order(twin, { clear: true, forget: true, faults: [{ delay_ms: 1500 }] });
    const slow = start([...args, '--restart'], again);
    while ((await requests(twin)).length === 0);
    const twice = await ok([]);
    assert.equal(twice.code, 5);
    assert.match(twice.err, /another run \(process \d+\) is at work with the journal/);
    assert.equal((await slow.ended).code, 0);
    writeFileSync(`${folder}/alien`, 'precious\n');
    assert.match((await ok(['--journal', `${folder}/alien`])).err, /is no journal of nangoc/);
    assert.equal(readFileSync(`${folder}/alien`, 'utf8'), 'precious\n');
});

await test('cli/gateway: standard input: a line without an id is refused, unless there is a journal', async () => {
    await order(twin, { clear: true, forget: true });
    const input = `${line(undefined)}\n${line('s2')}\n`;
    const refused = await nangoc(['import'], { url, input });
    assert.equal(refused.code, 1);
    assert.match(refused.out, /:1: github: connection_id is missing: from standard input/);
    const journal = `${folder}/stdin.journal`;
    assert.equal((await nangoc(['import', '--journal', journal], { url, input })).code, 0);
    const resumed = await nangoc(['import', '--journal', journal], { url, input });
    assert.match(resumed.err, /2 done before, 0 done/);
    assert.equal((await posts()).length, 3);
});

// ---- CSV -----------------------------------------------------------------------------------------

await test('cli/gateway: CSV as another vendor exports it: --map, --set, quotes, line ends, empty cells', async () => {
    await order(twin, { clear: true, forget: true });
    const text =
        '\ufeffAccount,Token,Refresh,Expires,plan,site.floor,Notes\r\n' +
        'ann,"to""ken, 1",r1,2031-02-03T04:05:06Z,pro,"2\n3",x\r\n' +
        'bob,t2,,,,,\r\n' +
        'eve,t3,r3,1927854306000,basic,,"'.concat('a,b"') +
        '\r\n\r\nzoe,t4,r4,1927854306,basic,,';
    const args = ['import', file('vendor.csv', text), '--set', 'credentials.type=OAUTH2'];
    for (const map of [
        'Account=connection_id',
        'Token=credentials.access_token',
        'Refresh=credentials.refresh_token',
        'Expires=credentials.expires_at',
        'plan=tags.plan',
        'site.floor=metadata.site.floor',
        'Notes='
    ]) {
        args.push('--map', map);
    }
    const { code, out, err } = await nangoc([...args, '--set', 'provider_config_key=github'], { url });
    assert.equal(code, 1, out + err);
    assert.match(out, /REFUSED {2}.*vendor\.csv:7: github zoe: credentials\.expires_at needs .*milliseconds/);
    const sent = (await posts()).map(({ body }) => JSON.parse(body));
    sent.sort((a, b) => (a.connection_id < b.connection_id ? -1 : 1));
    const common = { provider_config_key: 'github' };
    assert.deepEqual(sent, [
        {
            ...common,
            connection_id: 'ann',
            credentials: {
                type: 'OAUTH2',
                access_token: 'to"ken, 1',
                refresh_token: 'r1',
                expires_at: '2031-02-03T04:05:06Z'
            },
            tags: { plan: 'pro' },
            metadata: { site: { floor: '2\n3' } }
        },
        { ...common, connection_id: 'bob', credentials: { type: 'OAUTH2', access_token: 't2' } },
        {
            ...common,
            connection_id: 'eve',
            credentials: { type: 'OAUTH2', access_token: 't3', refresh_token: 'r3', expires_at: 1927854306000 },
            tags: { plan: 'basic' }
        }
    ]);
});

const header = 'provider_config_key;connection_id;credentials.type;credentials.apiKey;metadata';
await test('cli/gateway: CSV: --delimiter, JSON cells, rows that are broken, and what the header lacks', async () => {
    await order(twin, { clear: true, forget: true });
    const text = `${header}\napify;a;API_KEY;k;"{""x"":[1]}"\napify;b;API_KEY;k"k;\napify;c;API_KEY\napify;d;API_KEY;k;"{}, ""tags"":{}"\napify;e;API_KEY;"k"x;\n`;
    const { code, events: list } = await events(
        [file('semi.csv', text), '--delimiter', ';', '--keep-empty'],
        { url }
    );
    assert.equal(code, 1);
    assert.deepEqual(
        list.map(({ line: n, error, member }) => [n, error, member]),
        [
            [2, undefined, undefined],
            [3, 'FORMAT', 'row'],
            [4, 'TOO_MANY', 'row'],
            [5, 'JSON_SYNTAX', 'metadata'],
            [6, 'FORMAT', 'row']
        ]
    );
    assert.deepEqual(JSON.parse((await posts())[0].body).metadata, { x: [1] });
    for (const [name, content, args, wanted] of [
        ['1.csv', 'Token\nx\n', [], /the column Token is no member of Nango: .*--map/],
        ['2.csv', 'connection_id\nx\n', [], /no column is provider_config_key/],
        ['3.csv', 'connection_id\nx\n', ['--map', 'X=connection_id'], /the header has no such column/],
        ['4.csv', 'connection_id,connection_id\nx,y\n', [], /both given/],
        ['5.csv', 'connection_id\nx\n', ['--set', 'credentials.access_token=s3cret'], /secret on the command line/],
        ['6.csv', '', [], /has no header row/]
    ]) {
        const got = await nangoc(['import', file(name, content), ...args], { url });
        assert.equal(got.code, 2, got.err);
        assert.match(got.err, wanted);
    }
});

// ---- before, and what is left over ---------------------------------------------------------------

await test('cli/gateway: --if-exists: a file does not replace what is there, unless it is said', async () => {
    await order(twin, { clear: true, forget: true });
    const path = file('exists.jsonl', `${line('here', { metadata: { old: 1 } })}\n`);
    assert.equal((await nangoc(['import', path], { url, again: true })).code, 0);
    const more = file('more.jsonl', `${line('new')}\n${line('here')}\n`);
    const fail = await nangoc(['import', more], { url, again: true });
    assert.equal(fail.code, 1);
    assert.match(fail.out, /:2: github here: the connection is there already.*--if-exists overwrite/);
    const skip = await nangoc(['import', more, '--restart', '--if-exists', 'skip'], { url, again: true });
    assert.equal(skip.code, 0);
    assert.match(skip.out, /here; warning: nothing was sent: the connection is there already/);
    const found = (await rows(twin)).find(({ connection_id }) => connection_id === 'here');
    assert.deepEqual(found.metadata, { old: 1 });
    await order(twin, { clear: true, faults: [{ answer: { status: 403, body: { error: { code: 'forbidden' } } } }] });
    const blind = await nangoc(['import', more, '--restart'], { url, again: true });
    assert.equal(blind.code, 2);
    assert.match(blind.err, /may not list connections \(403\).*--if-exists overwrite/);
});

await test('cli/gateway: --dry-run sends nothing, needs no key, and finds ids given twice', async () => {
    await forget(twin);
    const path = file('dry.jsonl', `${line('d1')}\n{}\n${line('d1')}\n${line(undefined)}\n`);
    const { code, out, err } = await nangoc(['import', '--dry-run', path], {
        url: 'https://nowhere.invalid',
        env: { NANGO_SECRET_KEY: undefined },
        again: true
    });
    assert.equal(code, 1);
    assert.match(out, /^GOOD .*:1: github d1$/m);
    assert.match(out, /:3: github d1; warning: line 1 has the same id/);
    assert.match(err, /3 good, 1 refused; nothing was sent\. At 160 requests a minute .* take 1 minutes/);
    assert(!existsSync(`${path}.journal`));
    assert.equal((await requests(twin)).length, 0);
    const online = await nangoc(['import', '--dry-run', '--online', '--if-exists', 'fail', path], again);
    assert.equal(online.code, 1, online.err);
    assert.equal((await posts()).length, 0);
});

await test('cli/gateway: --results and --rejects; the mended rejects are imported', async () => {
    await order(twin, { clear: true, forget: true });
    const bad = '{"provider_config_key":"github","connection_id":"r2","credentials":{"type":"OAUTH2"}}';
    const path = file('rejects.jsonl', `${line('r1')}\n  ${bad}\r\n${line('r3')}\n`);
    const out = ['--results', `${folder}/results`, '--rejects', `${folder}/rejects.out.jsonl`];
    const args = ['import', path, '--if-exists', 'overwrite', ...out];
    for (let runs = 0; runs < 2; runs++) {
        assert.equal((await nangoc(args, again)).code, 1);
        const results = json(`${folder}/results`);
        assert.deepEqual(
            results.map(({ line: n, connection_id, outcome }) => [n, connection_id, outcome]),
            [
                [1, 'r1', 'DONE'],
                [2, 'r2', 'REFUSED'],
                [3, 'r3', 'DONE']
            ]
        );
        assert(results[0].id > 0 && results[2].id > 0);
        assert.equal(readFileSync(`${folder}/rejects.out.jsonl`, 'latin1'), `  ${bad}\r\n`);
        const [why] = json(`${folder}/rejects.out.jsonl.why`);
        assert.deepEqual([why.line, why.code, why.path], [2, 'MISSING', 'credentials.access_token']);
        for (const name of ['results', 'rejects.out.jsonl', 'rejects.out.jsonl.why']) {
            assert.equal(statSync(`${folder}/${name}`).mode & 0o777, 0o600);
        }
    }
    const mended = readFileSync(`${folder}/rejects.out.jsonl`, 'utf8').replace(
        '"OAUTH2"',
        '"OAUTH2","access_token":"t"'
    );
    assert.equal((await nangoc(['import', file('mended.jsonl', mended)], { url })).code, 0);
    assert.deepEqual([...(await sentIds())].sort(), ['r1', 'r2', 'r3']);
});

await test('cli/gateway: --shard: N runs without coordination send each line once', async () => {
    await order(twin, { clear: true, forget: true });
    const path = file('shards.jsonl', lines(90, (n) => line(n % 5 ? `shard${n}` : undefined, { metadata: { n } })));
    const runs = [1, 2, 3].map((i) =>
        nangoc(['import', '-q', path, '--if-exists', 'overwrite', '--shard', `${i}/3`], again)
    );
    for (const { code, err } of await Promise.all(runs)) {
        assert.equal(code, 0, err);
        const done = Number(/(\d+) done,/.exec(err)[1]);
        assert(done > 10 && done < 60, err);
    }
    const sent = (await posts()).map(({ body }) => JSON.parse(body).metadata.n).sort((a, b) => a - b);
    assert.deepEqual(
        sent,
        Array.from({ length: 90 }, (_, i) => i + 1)
    );
    assert(existsSync(`${path}.2-of-3.journal`));
});

await test('cli/gateway: the reserve is left, no 429 is met, and --rate holds', async () => {
    const limited = await startServer('--rate-limit', '20', '--window', '2');
    const path = file('window.jsonl', lines(40, (n) => line(`w${n}`)));
    const { code, err } = await nangoc(['import', '-q', path], { url: limited.url });
    assert.equal(code, 0, err);
    const statuses = (await requests(limited)).map(({ status }) => status);
    assert(statuses.filter((status) => status === 429).length <= 1, `${statuses}`);
    await limited.stop();
    const before = Date.now();
    const slow = await nangoc(['import', '-q', path, '--rate', '10/s', '--limit', '12'], { url });
    assert.equal(slow.code, 0, slow.err);
    assert(Date.now() - before > 1000);
});

await test('cli/gateway: nangoc check: each step of the way, and where it ends', async () => {
    const check = (args, options) => nangoc(['check', ...args], { url, ...options });
    const good = await check(['--integration', 'github']);
    assert.equal(good.code, 0, good.out);
    assert.match(good.out, /^TCP {10}port \d+ is open/m);
    assert.match(good.out, /^TLS {10}TLSv1\.3, good until 20\d\d-\d\d-\d\d, signed by nango-c twin/m);
    assert.match(good.out, /^clock {8}right/m);
    assert.match(good.out, /^key {10}from NANGO_SECRET_KEY, accepted$/m);
    assert.match(good.out, /^rate limit {3}\d+ of 1000000 requests/m);
    assert.match(good.out, /^integration {2}github is of github, and takes credentials of type OAUTH2$/m);
    for (const [args, options, code, wanted] of [
        [['--integration', 'nope'], {}, 1, /no integration nope \(404\)/],
        [[], { env: { NANGO_SECRET_KEY: '22222222-2222-4333-8444-555555555555' } }, 3, /does not accept the key/],
        [[], { url: 'https://localhost:1' }, 4, /TCP .*Connection refused/],
        [[], { url: `https://${'n'.repeat(64)}.invalid` }, 4, /name .*does not resolve/],
        [[], { url: url.replace('localhost', 'other.localhost') }, 4, /certificate is not for other\.localhost/]
    ]) {
        const got = await check(args, options);
        assert.equal(got.code, code, got.out + got.err);
        assert.match(got.out, wanted);
    }
});

await test('cli/gateway: through a proxy: CONNECT, a password, NO_PROXY, and what it refuses', async () => {
    const seen = [];
    const proxy = http.createServer().on('connect', (req, socket) => {
        seen.push([req.url, req.headers['proxy-authorization']]);
        socket.on('error', () => {});
        if (req.headers['proxy-authorization'] !== `Basic ${Buffer.from('ann:pw').toString('base64')}`) {
            socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
            return;
        }
        const far = net.connect(twin.port, '127.0.0.1', () => {
            socket.write('HTTP/1.1 200 Connection established\r\nX-Pad: 1\r\n\r\n');
            socket.pipe(far).pipe(socket);
        });
        far.on('error', () => socket.destroy());
    });
    await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${proxy.address().port}`;
    const auth = ['--proxy-auth', `@${file('proxy-auth', 'ann:pw\n')}`];
    const run = (args, env) =>
        nangoc(['import', '--timeout', '3', ...args], { url, env, input: `${line('p1')}\n${line('p2')}\n` });
    for (const [args, env] of [
        [['--proxy', at, ...auth], {}],
        [auth, { HTTPS_PROXY: at, NO_PROXY: 'example.com, host' }]
    ]) {
        seen.length = 0;
        const { code, out, err } = await run(args, env);
        assert.equal(code, 0, out + err);
        assert(seen.length > 0 && seen.every(([target]) => target === `localhost:${twin.port}`));
        assert(!out.includes('pw') && !err.includes('pw'));
    }
    const refused = await run(['--proxy', at], {});
    assert.equal(refused.code, 4);
    assert.match(refused.out, /the proxy 127\.0\.0\.1:\d+ wants to know who asks \(407\): --proxy-auth/);
    seen.length = 0;
    assert.equal((await run([], { HTTPS_PROXY: at, NO_PROXY: 'x.org,localhost' })).code, 0);
    assert.equal(seen.length, 0);
    assert.equal((await run(['--proxy', 'http://u:secret@proxy:1'], {})).code, 2);
    proxy.closeAllConnections?.();
    proxy.close();
    const gone = await run(['--proxy', at], {});
    assert.match(gone.out, /Connection refused \(the way is through the proxy 127/);
});

await twin.stop();
process.exit(exitCode());
