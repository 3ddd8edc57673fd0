// SPDX-License-Identifier: MIT
// What the tests of the program share: the program as a child process, a twin with TLS, files of a test's
// own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { order, rows, startTwin } from '../twin/child.mjs';
import { ask } from '../twin/wire.mjs';

export const program =
    process.env.NANGOC || fileURLToPath(new URL('../../build/test/nangoc', import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'cli-'));
export const key = 'de300000-0000-4000-8000-000000000001';

const certs = join(folder, 'certs');
execFileSync('sh', [fileURLToPath(new URL('../twin/certs.sh', import.meta.url)), certs]);
export const roots = join(certs, 'ec-root.pem');

/** A file with this content, which no run has seen before; its path. */
export function file(name, content, mode = 0o600) {
    const path = join(folder, name);
    writeFileSync(path, content, { mode });
    rmSync(`${path}.journal`, { force: true });
    return path;
}

/** A twin that serves TLS, as https://localhost:PORT. */
export async function startServer(...args) {
    const twin = await startTwin(
        '--tls',
        'ec',
        '--certs',
        certs,
        '--rate-limit',
        '1000000',
        '--upstream',
        'stub',
        ...args
    );
    return { ...twin, url: `https://localhost:${twin.port}` };
}

/**
 * Starts the program: { child, out, err, ended }; `ended` resolves to { code, signal, out, err }. input: what
 * comes on standard input through a pipe, all at once (undefined: nothing; null: the test writes it); stdin,
 * stdout: files in the place of pipes. An import of a file is one that no journal and no list of connections
 * hinders, unless again is true.
 */
export function start(args, { url, env = {}, input, stdin, stdout, again = false } = {}) {
    if (!again && args[0] === 'import' && args.some((arg) => /^[^-@].*\.jsonl?$|\.csv$/.test(arg))) {
        args = [...args, '--restart', '--if-exists', 'overwrite'];
    }
    const fd = stdin === undefined ? 'pipe' : openSync(stdin, 'r');
    const out = stdout === undefined ? 'pipe' : openSync(stdout, 'w');
    // It has no heap, and a process that cannot be read by others cannot be looked through for leaks.
    const child = spawn(program, args, {
        cwd: folder,
        stdio: [fd, out, 'pipe'],
        env: {
            NANGO_HOSTPORT: url,
            NANGO_SECRET_KEY: key,
            SSL_CERT_FILE: roots,
            ASAN_OPTIONS: 'detect_leaks=0',
            ...env
        }
    });
    const run = { child, out: '', err: '' };
    if (stdout === undefined) {
        child.stdout.on('data', (bytes) => (run.out += bytes));
    } else {
        closeSync(out);
    }
    child.stderr.on('data', (bytes) => (run.err += bytes));
    if (stdin !== undefined) {
        closeSync(fd);
    } else {
        child.stdin.on('error', () => {}); // it may end before it has read all
        if (input !== null) {
            child.stdin.end(input);
        }
    }
    run.ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out: run.out, err: run.err }));
    return run;
}

export const nangoc = (args, options) => start(args, options).ended;

/** The events of --json: { code, events, summary, err }. */
export async function events(args, options) {
    const { code, out, err } = await nangoc(['import', '--json', ...args], options);
    const lines = out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    const summary = lines.pop();
    return { code, events: lines, summary, err };
}

/** The bodies that the twin has been sent since it was last told to forget. */
export const requests = async (twin) => (await ask(twin.control, 'GET', '/_twin/requests')).json;
export const forget = (twin) => order(twin, { forget: true });
export const stored = async (twin, id) => (await rows(twin)).find((row) => row.connection_id === id);

/** A line of JSON Lines that the twin takes. */
export const line = (connection_id, more = {}) =>
    JSON.stringify({
        provider_config_key: 'github',
        ...(connection_id !== undefined && { connection_id }),
        credentials: { type: 'OAUTH2', access_token: 'token' },
        ...more
    });
