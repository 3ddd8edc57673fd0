// SPDX-License-Identifier: MIT
// timeout: 300
// Other people's TLS: imports through OpenSSL (nginx, and node), GnuTLS and wolfSSL, which stand in front of the twin; with
// TLS 1.2 and 1.3, chains of three of ECDSA and of RSA, without and with a client's certificate, by a full handshake and then
// by a short one. The server says what was agreed.
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join, resolve } from 'node:path';
import readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { folder } from '../cli/cli.mjs';
import { startTwin } from '../twin/child.mjs';
import { exitCode, skip, test } from '../twin/wire.mjs';

const build = resolve(process.env.B ?? 'build');
const certs = join(folder, 'certs'); // that tests/twin/certs.sh has made
const client = join(build, 'test/interop/client');
const twin = await startTwin('--rate-limit', '1000000', '--upstream', 'stub');

/** The client's certificate: the leaf of the other kind of chain, which is for servers, would not do. */
function clientCertificate() {
    const [key, csr, pem, ext] = ['key', 'csr', 'pem', 'ext'].map((name) => join(folder, `client.${name}`));
    const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    writeFileSync(ext, 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n');
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key);
    openssl('req', '-new', '-key', key, '-subj', '/CN=device-42', '-out', csr);
    const signer = ['-CA', `${certs}/ec-intermediate.pem`, '-CAkey', `${certs}/ec-intermediate-key.pem`];
    openssl('x509', '-req', '-in', csr, ...signer, '-set_serial', '42', '-days', '30', '-extfile', ext, '-out', pem);
    openssl('x509', '-in', pem, '-outform', 'DER', '-out', `${pem}.der`);
    openssl('x509', '-in', `${certs}/ec-intermediate.pem`, '-outform', 'DER', '-out', `${pem}.ca.der`);
    openssl('pkey', '-in', key, '-outform', 'DER', '-out', `${key}.der`);
    writeFileSync(`${pem}.chain.der`, Buffer.concat([`${pem}.der`, `${pem}.ca.der`].map((path) => readFileSync(path))));
    return [`${pem}.chain.der`, `${key}.der`];
}
const own = clientCertificate();
const clients = join(certs, 'ec-root.pem');

/** A child that says its port on its first line, then a line for each connection; it ends with its input. */
async function startChild(program, args) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const says = [];
    const lines = readline.createInterface({ input: child.stdout });
    const [port] = await once(lines, 'line');
    lines.on('line', (line) => says.push(line));
    return { port: Number(port), says, stop: () => (child.stdin.end(), exited) };
}

/** Passes what comes to a port of the kernel's choice on to a socket in the file system, or to another function. */
async function startFront(serve) {
    const sockets = new Set();
    const server = net.createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
        serve(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stop = () => (server.close(), sockets.forEach((socket) => socket.destroy()));
    return { port: server.address().port, stop };
}

const nginxConfig = ({ dir, version, kind, mutual }) => `
daemon off; master_process off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 64; }
http {
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`).join(' ')}
    log_format one '$ssl_protocol $ssl_cipher $ssl_session_reused $ssl_client_s_dn';
    access_log ${dir}/access.log one;
    ssl_session_cache shared:one:1m; ssl_session_tickets on;
    server {
        listen unix:${dir}/socket ssl;
        ssl_protocols TLSv${version};
        ssl_certificate ${certs}/${kind}-chain.pem; ssl_certificate_key ${certs}/${kind}-key.pem;
        ${mutual ? `ssl_client_certificate ${clients}; ssl_verify_client on; ssl_verify_depth 3;` : ''}
        location / { proxy_pass http://127.0.0.1:${twin.port}; proxy_http_version 1.1; }
    }
}`;

let count = 0;
async function startNginx(what) {
    const dir = join(folder, `nginx-${count++}`);
    mkdirSync(dir);
    writeFileSync(`${dir}/conf`, nginxConfig({ dir, ...what }));
    const child = spawn(nginx, ['-p', dir, '-c', `${dir}/conf`, '-e', `${dir}/error.log`], { stdio: 'inherit' });
    const exited = once(child, 'exit');
    for (let tries = 0; !existsSync(`${dir}/socket`) && tries < 1000; tries++) {
        await sleep(10);
    }
    const front = await startFront((near) => {
        const far = net.connect(`${dir}/socket`);
        far.on('error', () => near.destroy());
        near.pipe(far).pipe(near);
    });
    const read = () => readFileSync(`${dir}/access.log`, 'utf8').split('\n').slice(0, -1);
    return {
        port: front.port,
        get says() {
            const words = (line) => line.replace(' . ', ' full ').replace(' r ', ' resumed ');
            return read().map((line) => words(line).replace(/ CN=.*/, ' client').replace(/ -$/, ''));
        },
        async stop() {
            front.stop();
            child.kill();
            await exited;
        }
    };
}

async function startNode({ version, kind, mutual }) {
    const says = [];
    const settings = {
        cert: readFileSync(join(certs, `${kind}-chain.pem`)),
        key: readFileSync(join(certs, `${kind}-key.pem`)),
        ca: readFileSync(clients),
        minVersion: `TLSv${version}`,
        maxVersion: `TLSv${version}`,
        requestCert: mutual,
        rejectUnauthorized: mutual
    };
    const server = tls.createServer(settings, (socket) => {
        const { subject } = socket.getPeerCertificate();
        const how = socket.isSessionReused() ? 'resumed' : 'full';
        says.push(`${socket.getProtocol()} ${socket.getCipher().name} ${how}${subject ? ' client' : ''}`);
        const far = net.connect(twin.port, '127.0.0.1');
        [socket, far].forEach((one) => one.on('error', () => {}));
        socket.pipe(far).pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: server.address().port, says, stop: () => server.close() };
}

const terminator =
    (name) =>
    ({ version, kind, mutual }) => {
        const files = ['chain', 'key'].map((part) => join(certs, `${kind}-${part}.pem`));
        return startChild(join(build, 'test/interop', name), [twin.port, version, ...files, ...(mutual ? [clients] : [])]);
    };

const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find(existsSync);
const servers = { node: startNode, gnutls: terminator('gnutls'), wolfssl: terminator('wolfssl') };
const missing = Object.keys(servers).filter((name) => name !== 'node' && !existsSync(join(build, 'test/interop', name)));
if (nginx) {
    servers.nginx = startNginx;
} else {
    missing.push('nginx');
}

/** What the second, short handshake says. GnuTLS puts the client's chain into its tickets, which become longer than the client
 * keeps (NANGO_SESSION_TICKET_MAX): a full one again. wolfSSL's sessions of TLS 1.2 do not know the client any more. */
const again = (name, { version, mutual }) => [
    name === 'gnutls' && mutual ? ' full' : ' resumed',
    mutual && !(name === 'wolfssl' && version === '1.2')
];

async function judge(name, start, what) {
    const server = await start(what);
    try {
        const args = ['localhost', server.port, join(certs, `${what.kind}-root.pem`), 2, ...(what.mutual ? own : [])];
        const said = spawn(client, args);
        let out = '';
        [said.stdout, said.stderr].forEach((stream) => stream.on('data', (bytes) => (out += bytes)));
        await once(said, 'close');
        for (let tries = 0; server.says.length < 2 && tries < 200; tries++) {
            await sleep(10);
        }
        const shown = `${out} | ${server.says.join(' | ')}`;
        assert.equal(out, 'DONE OK 0\nDONE OK 0\n', shown);
        assert.equal(server.says.length, 2, shown);
        for (const [i, [how, who]] of [[' full', what.mutual], again(name, what)].entries()) {
            const line = server.says[i];
            assert.match(line, new RegExp(`TLS ?v?${what.version}`), shown);
            assert(line.includes(how), shown);
            assert.equal(/ client$/.test(line), who, shown);
        }
        return server.says;
    } finally {
        await server.stop();
    }
}

for (const [name, start] of Object.entries(servers)) {
    for (const version of ['1.2', '1.3']) {
        for (const kind of ['ec', 'rsa']) {
            for (const mutual of [false, true]) {
                const title = `interop: ${name}, TLS ${version}, a chain of ${kind}${mutual ? ', a client certificate' : ''}`;
                if (missing.includes(name)) {
                    skip(title, `${name} is not installed`);
                    continue;
                }
                await test(title, async () => {
                    const says = await judge(name, start, { version, kind, mutual });
                    console.log(`# ${says.join(', then ')}`);
                });
            }
        }
    }
}
missing.filter((name) => !servers[name]).forEach((name) => skip(`interop: ${name}`, 'not installed'));
await twin.stop();
process.exit(exitCode());
