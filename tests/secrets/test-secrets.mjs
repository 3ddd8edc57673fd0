// SPDX-License-Identifier: MIT
// Secrets do not stay: no core file of a program that crashes within a call; and in the memory of a program that has closed its
// client neither a key, nor a token, nor what TLS had encrypted with. That the search finds them before is looked at as well.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import readline from 'node:readline';
import tls from 'node:tls';
import { file, folder, key, roots } from '../cli/cli.mjs';
import { exitCode, skip, test } from '../twin/wire.mjs';

const build = resolve(process.env.B ?? 'build');
const certs = join(folder, 'certs');
const token = 'gho_Kp3vT9xWq2LmZ8sD4nRb';
const [keyFile, tokenFile] = [file('key', key), file('token', token)];
const answer = JSON.stringify({ connection_id: 'device-42', provider_config_key: 'github', credentials: {}, errors: [] });

/** A server that answers, or not; it tells the secrets of its connections. */
async function startServer(version, answers) {
    const secrets = new Map();
    const settings = {
        cert: readFileSync(`${certs}/ec-chain.pem`),
        key: readFileSync(`${certs}/ec-key.pem`),
        minVersion: `TLSv${version}`,
        maxVersion: `TLSv${version}`
    };
    let got;
    const heard = new Promise((done) => (got = done));
    const sockets = new Set();
    const server = tls.createServer(settings, (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('data', (bytes) => {
            if (bytes.toString('latin1').endsWith('}')) {
                got();
                if (answers) {
                    socket.write(`HTTP/1.1 201 Created\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`);
                }
            }
        });
    });
    server.on('keylog', (line) => {
        const [label, , secret] = line.toString().trim().split(' ');
        secrets.set(label, Buffer.from(secret, 'hex'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stop = () => (server.close(), sockets.forEach((socket) => socket.destroy()));
    return { port: server.address().port, secrets, heard, stop };
}

// ---- core files ----------------------------------------------------------------------------------

/** Ends a program by a signal, with cores of any size allowed; how a shell calls that, and the files that it leaves. */
async function crash(name, program, args, env, ready, signal) {
    const cwd = join(folder, name);
    mkdirSync(cwd);
    const script = 'ulimit -c unlimited; "$@" & echo $!; wait $!; echo "status $?"';
    const shell = spawn('sh', ['-c', script, 'sh', program, ...args], {
        cwd,
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', 'pipe', 'pipe']
    });
    const lines = readline.createInterface({ input: shell.stdout });
    let rest = '';
    const [pid] = await once(lines, 'line');
    lines.on('line', (line) => (rest += line));
    shell.stderr.on('data', (bytes) => (rest += bytes));
    const closed = once(shell, 'close');
    await ready;
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    process.kill(Number(pid), signal);
    await closed;
    return { rest, files: readdirSync(cwd), limits };
}

const sleep100 = () => new Promise((done) => setTimeout(done, 100));
const control = await crash('control', 'sleep', ['60'], {}, sleep100(), 'SIGABRT');
const writesCores = control.files.length > 0;
const programs = { nangoc: join(build, 'host/nangoc'), 'the static nangoc': join(build, 'static/nangoc') };
for (const [name, program] of Object.entries(programs)) {
    for (const signal of ['SIGABRT', 'SIGSEGV', 'SIGBUS']) {
        const title = `secrets: ${name} leaves no core file when it ends by ${signal} within a call`;
        if (!existsSync(program)) {
            skip(title, `there is no ${program}`);
            continue;
        }
        await test(title, async () => {
            const server = await startServer('1.3', false);
            const args = ['import', '--integration', 'github', '--id', 'device-42', '--api-key', `@${tokenFile}`, '--ca', roots];
            const env = { NANGO_HOSTPORT: `https://localhost:${server.port}`, NANGO_SECRET_KEY: key };
            const got = await crash(`${name}-${signal}`, program, args, env, server.heard, signal);
            server.stop();
            assert.match(got.limits, /^Max core file size +0 +0 /m);
            assert.match(got.rest, /status (134|135|139)/);
            assert.doesNotMatch(got.rest, /core dumped/);
            assert.deepEqual(got.files, []);
        });
    }
}
console.log(`# a program that does not forbid it ${writesCores ? `leaves ${control.files}` : 'leaves no core file here either'}`);

// ---- memory --------------------------------------------------------------------------------------

/** All that can be read of a process's memory and may be written by it. */
function memory(pid) {
    const parts = [];
    const fd = openSync(`/proc/${pid}/mem`, 'r');
    for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
        const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
        if (from) {
            const part = Buffer.alloc(Number(BigInt(`0x${to}`) - BigInt(`0x${from}`)));
            readSync(fd, part, 0, part.length, BigInt(`0x${from}`));
            parts.push(part);
        }
    }
    closeSync(fd);
    return Buffer.concat(parts);
}

async function look(version, keeps) {
    const server = await startServer(version, true);
    const args = [server.port, roots, keyFile, tokenFile, keeps];
    const holder = spawn(join(build, 'host/holder'), args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = readline.createInterface({ input: holder.stdout });
    const exited = once(holder, 'close');
    const found = {};
    for await (const stage of lines) {
        const all = memory(holder.pid);
        const wanted = [['key', Buffer.from(key)], ['token', Buffer.from(token)], ...server.secrets];
        found[stage] = wanted.filter(([, secret]) => all.includes(secret)).map(([name]) => name);
        holder.stdin.write('\n');
    }
    const [code] = await exited;
    server.stop();
    assert.equal(code, 0);
    console.log(`# TLS ${version}, keep_session ${keeps}: ${JSON.stringify(found)}`);
    return found;
}

for (const [version, keeps] of [['1.2', 0], ['1.2', 1], ['1.3', 0], ['1.3', 1]]) {
    const title = `secrets: TLS ${version}: gone from all memory with the client${keeps ? ', but for the session' : ''}`;
    await test(title, async () => {
        const found = await look(version, keeps);
        assert(found.open.includes('key') && found.open.includes('token'), 'the search finds nothing');
        assert(found.open.length > 2, 'the search finds nothing of TLS');
        // A session of TLS 1.2 is its master secret; with one of 1.3 nothing that was sent can be read.
        assert.deepEqual(found.closed, keeps === 1 && version === '1.2' ? ['CLIENT_RANDOM'] : []);
        assert.deepEqual(found.freed, []);
    });
}
process.exit(exitCode());
