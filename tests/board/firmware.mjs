// SPDX-License-Identifier: MIT
// timeout: 1200
// node firmware.mjs [IMAGE.elf...]: runs each firmware image (those of $IMAGES) in QEMU against the reference server, over real
// TCP and TLS: it must register its credential once, say so, and sleep. An image whose name ends in 13
// speaks TLS 1.3, one in 12 TLS 1.2; rv- is the RISC-V board.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { runImage } from '../../boards/firmware/qemu.mjs';

const B = process.env.B ?? 'build';
const API_KEY = 'sk_live_of_a_device_51H8x';

/** Starts a server that ends with its input: its child, and the first line that it prints. */
async function startServer(program, args) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const [line] = await once(lines, 'line');
    return { child, lines, line };
}

/** Where a chain's files are: ec and rsa, or p384: ec with authorities of P-384, as many public ones are. */
function certsOf(chain) {
    const [dir, kind, curve] = chain === 'p384' ? [join(B, 'certs-p384'), 'ec', 'P-384'] : [join(B, 'certs'), chain, 'P-256'];
    const made = spawnSync('tests/twin/certs.sh', [dir], { stdio: 'inherit', env: { ...process.env, CA_CURVE: curve } });
    if (made.status !== 0) {
        throw new Error('tests/twin/certs.sh failed');
    }
    return { dir, kind };
}

/** The twin, whose TLS is OpenSSL's; or, where `front` says so, GnuTLS's before it: `ignore` grants no limit on records. */
async function startTwin(chain, version, front) {
    const { dir, kind } = certsOf(chain);
    const tls = front ? [] : ['--tls', kind, '--certs', dir, '--tls-versions', version];
    const { child, line } = await startServer('node', ['tests/twin/server.mjs', ...tls, '--until-eof']);
    const twin = { ...JSON.parse(line), said: [], stop: () => child.stdin.end() };
    if (front) {
        const before = await startServer(join(B, 'board', 'front'), [version, join(dir, `${kind}-chain.pem`),
            join(dir, `${kind}-key.pem`), String(twin.port), ...(front === 'ignore' ? ['ignore'] : [])]);
        before.lines.on('line', (text) => twin.said.push(text));
        twin.port = Number(before.line);
        twin.stop = () => before.child.stdin.end() && child.stdin.end();
    }
    return twin;
}

export async function control(twin, path, body) {
    const request = http.request({ host: '127.0.0.1', port: twin.control, path, method: body ? 'POST' : 'GET' });
    request.end(body && JSON.stringify(body));
    const [response] = await once(request, 'response');
    let text = '';
    for await (const part of response.setEncoding('utf8')) {
        text += part;
    }
    return JSON.parse(text);
}

function rootDer(chain) {
    const { dir, kind } = certsOf(chain);
    const pem = readFileSync(join(dir, `${kind}-root.pem`), 'utf8');
    return Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64');
}

/** Runs one image against a twin of its own: { status, console, rows, requests, said }; said: what `front` printed. */
export async function runAgainstTwin(image, { chain = 'ec', front, settings = {}, faults, onText, args, timeout_ms } = {}) {
    const name = basename(image, '.elf');
    const twin = await startTwin(chain, name.endsWith('13') ? '1.3' : '1.2', front);
    const dir = mkdtempSync(join(tmpdir(), 'firmware-'));
    try {
        if (faults) {
            await control(twin, '/_twin/control', { faults });
        }
        const ran = await runImage({
            board: name.startsWith('rv-') ? 'virt-riscv32' : 'mps2-an385', image, page_file: join(dir, 'page'), args,
            timeout_ms, onText: onText && ((text, reset) => onText(text, reset, twin)),
            settings: { host: 'localhost', tcp_port: twin.port, secret_key: twin.key, provider_config_key: 'apify', api_key: API_KEY,
                root: rootDer(chain), ...settings },
        });
        return { ...ran, rows: await control(twin, '/_twin/connections'), requests: await control(twin, '/_twin/requests'),
            said: twin.said };
    } finally {
        twin.stop();
        rmSync(dir, { recursive: true });
    }
}

/** The least arena, in steps of 64 bytes, with which an image registers; each smaller one must say what is missing. */
export async function leastArena(image, most, chain = 'ec') {
    let low = 0;
    let high = Math.floor(most / 64);
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        const { status, console: text } = await runAgainstTwin(image, { chain, settings: { arena_len: 64 * middle, sleep_ms: 1 } });
        if (status === 0) {
            high = middle;
        } else if (/TLS_ARENA|SETTINGS/.test(text)) {
            low = middle;
        } else {
            throw new Error(`with an arena of ${64 * middle} bytes:\n${text}`);
        }
    }
    return 64 * high;
}

/** The number behind "label: " in a console. */
export const figure = (text, label) => Number(new RegExp(`^${label}: (-?\\d+)`, 'm').exec(text)?.[1]);

const idOf = (name) => (name.startsWith('rv-') ? 'device-5254001234560532' : 'device-5254001234560385');

/** A server that says "not for an hour", a reset, one that takes it, another reset: what the device knows survives. */
async function checkReboot(image, report) {
    const name = basename(image, '.elf');
    const boots = [''];
    const { console: text, rows } = await runAgainstTwin(image, {
        faults: [{ count: 100, answer: { status: 429, headers: { 'Retry-After': '3600' }, body: '{}' } }], settings: { sleep_ms: 4000 },
        onText: async (part, reset, twin) => {
            const boot = boots.push(boots.pop() + part);
            if (boot < 3 && /^stack: /m.test(boots.at(-1))) {
                boots.push('');
                await control(twin, '/_twin/control', { clear: true });
                reset();
            }
        },
    });
    const failures = figure(boots[1] ?? '', 'failures before');
    report(/^NOT_SENT .*: LIMITED/m.test(boots[0]), `${name}: a server that says "not now" is no success`, text);
    report(failures > 0, `${name}: after a reset it knows that it has failed`, text);
    report(/^DONE /m.test(boots[1] ?? ''), `${name}: and registers when the server takes it`, text);
    report(/^registered already/m.test(boots[2] ?? '') && rows[0]?.posts === 1, `${name}: once: after another reset it has nothing to do`, text);
}

/** A server that takes two seconds to answer: the processor sleeps meanwhile, without a tick. */
async function checkIdle(image, report) {
    const { status, console: text } = await runAgainstTwin(image, { faults: [{ delay_ms: 2000 }] });
    const [slept, of] = /^asleep in the import (\d+) ms of: (\d+) ms/m.exec(text)?.slice(1).map(Number) ?? [0, 1];
    report(status === 0 && slept >= 1500 && slept <= of, `${basename(image, '.elf')}: sleeps while the server thinks for 2 s`,
        `${slept} ms of ${of} ms:\n${text}`);
}

/** A small receive buffer: a server that grants short records gets the request, one that does not grant them gets nothing. */
async function checkRecords(image, report) {
    const name = basename(image, '.elf');
    const granted = await runAgainstTwin(image, { front: 'grant' });
    report(granted.status === 0 && granted.rows.length === 1, `${name}: GnuTLS, which grants small records, has the connection`,
        `${granted.console}${granted.said}`);
    const silent = name.endsWith('13') ? [['GnuTLS', 'ignore'], ['OpenSSL', undefined]] : [['GnuTLS', 'ignore']];
    for (const [who, front] of silent) {
        const { status, console: text, rows, requests, said } = await runAgainstTwin(image, { front });
        report(status === 1 && /^NOT_SENT .*: TLS_RECORD/m.test(text), `${name}: ${who}, which does not, is refused, and why`, text);
        report(rows.length === 0 && requests.length === 0 && (!front || / 0 bytes came/.test(said)),
            `${name}: ${who} got no byte of the request and stored nothing`, `${rows.length}, ${requests.length}, ${said}`);
    }
}

const HEAP = /^_?(malloc|free|calloc|realloc|sbrk)(_r)?$|printf/;

function checkHeap(image, report) {
    const made = spawnSync('nm', ['--defined-only', '-f', 'posix', image], { encoding: 'utf8' });
    const names = made.stdout.trim().split('\n').map((line) => line.split(' ')[0]);
    const heap = names.filter((name) => HEAP.test(name));
    report(names.includes('work') && heap.length === 0, `${basename(image, '.elf')}: no heap and no printf are linked`,
        `${names.length} symbols, ${heap.join(' ')} ${made.stderr}`);
}

async function check(image, chain, report) {
    const name = `${basename(image, '.elf')}, ${chain}`;
    const { status, console: text, rows, requests } = await runAgainstTwin(image, { chain });
    const row = rows.find((one) => one.connection_id === idOf(name));
    report(status === 0 && text.includes(`DONE ${idOf(name)}`), `${name}: gets an address, a name, verifies TLS, imports, says so`,
        `exit status ${status}, console:\n${text}`);
    report(rows.length === 1 && row?.posts === 1, `${name}: the server has the connection, once`, JSON.stringify(rows));
    report(JSON.stringify(row ?? '').includes(API_KEY) && !text.includes(API_KEY), `${name}: the credential is there, and not on the console`,
        JSON.stringify(row));
    const [slept, of] = /^slept (\d+) ms of: (\d+)/m.exec(text)?.slice(1).map(Number) ?? [0, 1];
    report(slept / of > 0.5, `${name}: sleeps when there is nothing to do`, `${slept} ms of ${of} ms`);
    report(requests.length === 1, `${name}: one request`, `${requests.length} requests`);
}

/** A session that is kept over the sleep: the second handshake is a short one, and the server agrees. */
async function checkResumed(image, report) {
    const name = basename(image, '.elf');
    const { status, console: text, rows } = await runAgainstTwin(image, { settings: { rounds: 1 } });
    const handshakes = [...text.matchAll(/^handshake: (\w+)/gm)].map((found) => found[1]);
    report(status === 0 && rows[0]?.posts === 2 && handshakes.join() === 'full,resumed',
        `${name}: keeps its session over a sleep, and registers again with a short handshake`, text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
    const images = process.argv.length > 2 ? process.argv.slice(2) : process.env.IMAGES.split(' ').map((name) => join(B, 'firmware', `${name}.elf`));
    let results = 0;
    let failed = 0;
    const report = (ok, what, why) => {
        results++;
        failed += !ok;
        console.log(ok ? `ok - ${what}` : `not ok - ${what}: ${String(why).trim().replaceAll('\n', '\n# ')}`);
    };
    for (const image of images) {
        checkHeap(image, report);
        const name = basename(image, '.elf');
        if (name !== 'own13') { // OpenSSL 3.0 does not know record_size_limit
            await check(image, 'ec', report);
        }
        if (name.includes('any')) {
            await check(image, 'rsa', report);
        }
        if (/^own1[23]$/.test(name)) {
            await checkRecords(image, report);
        }
    }
    for (const image of process.argv.slice(2).filter((one) => basename(one).startsWith('rv-'))) {
        await checkResumed(image, report);
    }
    await checkReboot(images[0], report);
    await checkIdle(images[0], report);
    console.log(`1..${results}`);
    process.exitCode = failed > 0 ? 1 : 0;
}
