// SPDX-License-Identifier: MIT
// The twin: a reference server that answers as the recorded Nango server does. install.sh gets its libraries,
// certs.sh makes certificates for --tls. When it listens it prints one line of JSON on standard output:
// {"port":...,"control":...,"url":...,"key":...}.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { makeApp } from './app.mjs';
import { Auth } from './auth.mjs';
import { demoKey } from './catalogue.mjs';
import { makeControl, Requests } from './control.mjs';
import { Faults } from './faults.mjs';
import { parseOptions, usage } from './options.mjs';
import { noteRawSocket } from './output.mjs';
import { Store } from './store.mjs';
import { Upstream } from './upstream.mjs';

function makeTwin() {
    try {
        const options = parseOptions(process.argv.slice(2));
        const store = new Store(options.store);
        return {
            options,
            store,
            auth: new Auth(options, store),
            upstream: new Upstream(options),
            requests: new Requests(options.keep_requests),
            faults: new Faults(options)
        };
    } catch (error) {
        process.stderr.write(`${error.message}\n${usage()}\n`);
        return process.exit(2);
    }
}

function makeServer({ options, requests }, app) {
    const settings = { connectionsCheckingInterval: options.check_interval_ms };
    if (options.tls) {
        const [first, last = first] = options.tls_versions.split('-');
        Object.assign(settings, {
            cert: readFileSync(join(options.certs, `${options.tls}-chain.pem`)),
            key: readFileSync(join(options.certs, `${options.tls}-key.pem`)),
            minVersion: `TLSv${first}`,
            maxVersion: `TLSv${last}`
        });
    }
    const server = options.tls ? https.createServer(settings, app) : http.createServer(settings, app);
    server.keepAliveTimeout = options.keep_alive_ms;
    server.headersTimeout = options.headers_timeout_ms;
    server.requestTimeout = options.request_timeout_ms;
    server.on('connection', noteRawSocket);
    server.on(options.tls ? 'secureConnection' : 'connection', (socket) => {
        socket.number = ++requests.connections;
        requests.resumed += options.tls && socket.isSessionReused() ? 1 : 0;
    });
    return server;
}

const listen = (server, port, host) =>
    new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => resolve(server.address().port));
    });

const twin = makeTwin();
const { options } = twin;
const port = await listen(makeServer(twin, makeApp(twin)), options.port, options.host);
const control = await listen(makeControl(twin), options.control_port, '127.0.0.1');

for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => process.exit(0));
}
if (options.until_eof) {
    process.stdin.on('end', () => process.exit(0)).resume();
}
const host = options.host.includes(':') ? `[${options.host}]` : options.host;
const url = `${options.tls ? 'https' : 'http'}://${host}:${port}`;
process.stdout.write(JSON.stringify({ port, control, url, key: demoKey, pid: process.pid }) + '\n');
