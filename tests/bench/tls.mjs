// SPDX-License-Identifier: MIT
// node tls.mjs: what a handshake costs: bytes on the wire and instructions (callgrind counts them: no noise) of a
// full one, of a resumed one, and of one more request on a kept connection, ours and curl's with OpenSSL, against
// the same server in the same run. A handshake is what a connection takes beyond its one request.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';

const B = process.env.B ?? 'build';
const ANSWER = JSON.stringify({ provider_config_key: 'github', connection_id: 'device-42' });
const REQUEST = JSON.stringify({
    provider_config_key: 'github', connection_id: 'device-42', credentials: { type: 'API_KEY', apiKey: 'sk_live_51H8x' },
});

const wire = { bytes: 0 };

async function listen(server) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
}

async function startServer(version) {
    const certs = join(B, 'certs');
    const server = https.createServer({
        key: readFileSync(join(certs, 'ec-leaf-key.pem')), cert: readFileSync(join(certs, 'ec-chain.pem')), minVersion: version,
        maxVersion: version,
    }, (request, response) => {
        request.resume().on('end', () => {
            response.writeHead(201, { 'content-type': 'application/json', 'content-length': ANSWER.length });
            response.end(ANSWER);
        });
    });
    const port = await listen(server);
    const relay = net.createServer((client) => {
        const onward = net.connect(port, '127.0.0.1');
        for (const [from, to] of [[client, onward], [onward, client]]) {
            from.on('data', (data) => {
                wire.bytes += data.length;
                to.write(data);
            });
            from.on('end', () => to.end());
            from.on('error', () => to.destroy());
        }
    });
    return { port: await listen(relay), stop: () => [server, relay].forEach((one) => one.close()) };
}

/** { bytes, instructions } of a command that makes `count` requests. */
async function run(command) {
    wire.bytes = 0;
    const child = spawn('valgrind', ['--tool=callgrind', '--callgrind-out-file=/dev/null', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (part) => {
        text += part;
    });
    child.stdout.resume();
    const [status] = await once(child, 'close');
    if (status !== 0) {
        throw new Error(`${command.join(' ')} ended with ${status}: ${text}`);
    }
    return { bytes: wire.bytes, instructions: Number(/Collected : (\d+)/.exec(text)[1]) };
}

/** What the second of two takes. (Not more: node gives no new ticket to who comes with one, and ours uses each once.) */
async function second(command) {
    const one = await run(command(1));
    const two = await run(command(2));
    return { bytes: two.bytes - one.bytes, instructions: two.instructions - one.instructions };
}

const root = join(B, 'certs', 'ec-root.pem');

const ours = (mode, version, port) => (count) => [join(B, 'host', 'bench-tls'), mode, count, port, root];

function curls(mode, version, port) {
    const how = { full: ['--no-sessionid', '-H', 'Connection: close'], resumed: ['-H', 'Connection: close'], kept: [] }[mode];
    return (count) => ['curl', '-sS', '-o', '/dev/null', '--cacert', root, '--tlsv1.2', '--tls-max', version, ...how,
        '-H', 'Content-Type: application/json', '-d', REQUEST, ...Array(count).fill(`https://localhost:${port}/connections`)];
}

/** Ours and curl's: full and resumed handshakes, and a request. */
async function measure(name, commands, version, port) {
    const kept = await second(commands('kept', version, port));
    const handshakes = {};
    for (const mode of ['full', 'resumed']) {
        const connection = await second(commands(mode, version, port));
        handshakes[mode] = { bytes: connection.bytes - kept.bytes, instructions: connection.instructions - kept.instructions };
    }
    for (const [what, { bytes, instructions }] of Object.entries({ ...handshakes, request: kept })) {
        console.log(`| ${version} | ${name} | ${what} | ${Math.round(bytes)} | ${(instructions / 1e3).toFixed(0)} K |`);
    }
    return handshakes;
}

const made = spawnSync('tests/twin/certs.sh', [join(B, 'certs')], { stdio: 'inherit' });
if (made.status !== 0) {
    throw new Error('tests/twin/certs.sh failed');
}
console.log('| TLS | client | what | bytes on the wire | instructions |\n|---|---|---|---|---|');
const limits = { 1.2: { bytes: 40, instructions: 5 }, 1.3: { bytes: 50, instructions: 30 } };
for (const version of ['1.2', '1.3']) {
    const server = await startServer(`TLSv${version}`);
    const { full, resumed } = await measure('nango-c', ours, version, server.port);
    await measure('curl', curls, version, server.port);
    server.stop();
    for (const [what, limit] of Object.entries(limits[version])) {
        const share = 100 * resumed[what] / full[what];
        console.log(`TLS ${version}: a resumed handshake has ${share.toFixed(1)} % of a full one's ${what} (at most ${limit})`);
        process.exitCode = share <= limit ? process.exitCode : 1;
    }
}
process.exit();
