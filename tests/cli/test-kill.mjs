// SPDX-License-Identifier: MIT
// timeout: 900
// Killed at any instant, a run goes on where it was: nothing is lost, nothing doubled. Here a short form; `make
// kill-test` sets KILLS and LINES and takes minutes.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { order, rows } from '../twin/child.mjs';
import { exitCode, skip, test } from '../twin/wire.mjs';
import { file, folder, nangoc, program, requests, start, startServer } from './cli.mjs';

const KILLS = Number(process.env.KILLS || 12);
const LINES = Number(process.env.LINES || 240);
const PARALLEL = 8;

// The same instants for the same seed.
let seed = Number(process.env.SEED || 1);
const random = (most) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % most;
};

/** Every third line has no id of its own; metadata says which line it was. */
const lineOf = (n) =>
    JSON.stringify({
        provider_config_key: 'github',
        ...(n % 3 !== 0 && { connection_id: `kill-${n}` }),
        credentials: { type: 'OAUTH2', access_token: `token-${n}` },
        metadata: { n }
    });
const input = (name, count) =>
    file(name, Array.from({ length: count }, (_, i) => `${lineOf(i + 1)}\n`).join(''));

/** Each line is stored once, under one id. */
async function holdsEach(twin, count) {
    const found = (await rows(twin)).map(({ metadata }) => metadata.n).sort((a, b) => a - b);
    assert.deepEqual(
        found,
        Array.from({ length: count }, (_, i) => i + 1)
    );
}

/** Runs the command again and again, killing it `kills` times, until it comes to its end. */
async function untilDone(args, options, kills, before = () => {}) {
    let killed = 0;
    for (let runs = 0; runs < kills + 50; runs++) {
        await before(killed);
        const run = start(args, { ...options, again: true });
        const timer =
            killed < kills &&
            setTimeout(() => {
                killed += run.child.kill('SIGKILL');
            }, 60 + random(200));
        const { code, signal, err } = await run.ended;
        clearTimeout(timer);
        if (signal === null && (code === 0 || killed >= kills)) {
            assert.equal(code, 0, err);
            return killed;
        }
    }
    throw new Error('it never came to its end');
}

await test(`cli/kill: killed ${KILLS} times over ${LINES} lines, each line is there once`, async () => {
    const twin = await startServer('--keep-requests', '100000');
    const path = input('kill.jsonl', LINES);
    const rate = `${Math.max(30, Math.round((LINES / KILLS) * 6))}/s`;
    const args = ['import', '-q', '--if-exists', 'overwrite', path, '--parallel', `${PARALLEL}`, '--rate', rate];
    const killed = await untilDone(args, { url: twin.url }, KILLS);
    await holdsEach(twin, LINES);
    const posts = (await requests(twin)).filter(({ method }) => method === 'POST').length;
    console.log(`# ${killed} kills, ${posts - LINES} of ${posts} POSTs were repeated`);
    assert(posts - LINES <= killed * PARALLEL, `${posts} POSTs after ${killed} kills`);
    assert(killed >= KILLS / 2, `only ${killed} kills hit a run`);
    const again = await nangoc(args, { url: twin.url, again: true });
    assert.match(again.err, new RegExp(`${LINES} done before, 0 done`));
    await twin.stop();
});

await test('cli/kill: the same while the server fails after it stored, cuts its answers and has limits', async () => {
    const twin = await startServer();
    const kills = Math.ceil(KILLS / 2);
    const path = input('faults.jsonl', 90);
    const faults = [
        { when: 'after', answer: { status: 500, body: '' }, probability: 0.05 },
        { cut: 80, close: 'rst', probability: 0.05 },
        { answer: { status: 429, headers: { 'Retry-After': '0' }, body: { error: { code: 'x' } } }, count: 1 }
    ];
    const args = ['import', '-q', '--if-exists', 'overwrite', path, '--parallel', `${PARALLEL}`, '--rate', '60/s', '--timeout', '20'];
    await untilDone(args, { url: twin.url }, kills, (killed) =>
        order(twin, { clear: true, faults: killed < kills ? faults : [] })
    );
    await holdsEach(twin, 90);
    await twin.stop();
});

await test('cli/kill: a full disk stops the run before anything is sent that could not be noted', async () => {
    const twin = await startServer();
    const path = input('full.jsonl', 120);
    const args = ['import', '-q', '--if-exists', 'overwrite', path];
    // Files of at most 4 KB: 1 KB of heads, and 48 lines.
    const limited = execFile('sh', ['-c', 'ulimit -f 8; exec "$@"', 'sh', program, ...args], twin.url);
    assert.equal(limited.code, 5, limited.err);
    assert.match(limited.err, /the journal .*full\.jsonl\.journal: File too large; nothing more is sent/);
    assert(statSync(`${path}.journal`).size <= 4096);
    const posts = (await requests(twin)).length;
    assert(posts > 0 && posts <= 48, `${posts}`);
    const rest = await nangoc(args, { url: twin.url, again: true });
    assert.equal(rest.code, 0, rest.err);
    await holdsEach(twin, 120);
    assert.equal((await requests(twin)).length, 120);
    await twin.stop();
});

/** Runs a command to its end: { code, err }. */
function execFile(command, args, url) {
    const env = {
        ...process.env,
        NANGO_HOSTPORT: url,
        NANGO_SECRET_KEY: 'de300000-0000-4000-8000-000000000001',
        SSL_CERT_FILE: `${folder}/certs/ec-root.pem`,
        ASAN_OPTIONS: 'detect_leaks=0'
    };
    try {
        execFileSync(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        return { code: 0, err: '' };
    } catch (error) {
        return { code: error.status, err: `${error.stderr}` };
    }
}

function hasStrace() {
    try {
        execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}

if (hasStrace()) {
    await test("cli/kill: before a request's first byte its intent was written and synced (strace)", async () => {
        const { startTwin } = await import('../twin/child.mjs');
        const twin = await startTwin('--upstream', 'stub', '--rate-limit', '100000');
        const text = Array.from(
            { length: 60 },
            (_, i) => `{"provider_config_key":"github","connection_id":"s${i + 1}","credentials":{"type":"NONE"}}\n`
        );
        const path = file('strace.jsonl', text.join(''));
        const trace = `${folder}/trace`;
        const got = execFile(
            'strace',
            ['-o', trace, '-s', '4096', '-e', 'trace=openat,pwrite64,fdatasync,sendto,write', program, 'import', '-q', '--if-exists', 'overwrite', path],
            `http://127.0.0.1:${twin.port}`
        );
        assert.equal(got.code, 1, got.err); // NONE is not for github: each is refused, and that is a request as well
        const written = new Set(), durable = new Set(), seen = new Set();
        let journal = -1;
        for (const call of readFileSync(trace, 'latin1').split('\n')) {
            const opened = /^openat\(.*strace\.jsonl\.journal".* = (\d+)$/.exec(call);
            const wrote = /^pwrite64\((\d+), .*, (\d+)\) = 64$/.exec(call);
            const synced = /^fdatasync\((\d+)\) += 0$/.exec(call);
            if (opened) {
                journal = Number(opened[1]);
            } else if (wrote && Number(wrote[1]) === journal) {
                written.add((Number(wrote[2]) - 1024) / 64 + 1);
            } else if (synced && Number(synced[1]) === journal) {
                written.forEach((line) => durable.add(line));
            } else if (/^(sendto|write)\(/.test(call)) {
                for (const [, n] of call.matchAll(/\\"connection_id\\":\\"s(\d+)\\"/g)) {
                    seen.add(Number(n));
                    assert(durable.has(Number(n)), `line ${n} was sent before its intent was durable`);
                }
            }
        }
        assert.equal(seen.size, 60);
        await twin.stop();
    });
} else {
    skip('cli/kill: strace', 'there is none, or it may not trace here');
}

rmSync(folder, { recursive: true, force: true });
process.exit(exitCode());
