// SPDX-License-Identifier: MIT
// The command line of the twin.
import { parseArgs } from 'node:util';

// name: [default, what it is]. Durations are in seconds; the defaults are the real server's.
const table = {
    host: ['127.0.0.1', 'address to listen on (loopback only)'],
    port: ['0', '0: the kernel chooses, see the ready line'],
    'control-port': ['0', 'port of the control interface, plain HTTP on 127.0.0.1'],
    store: ['', 'file that keeps what is stored over restarts'],
    tls: ['', 'ec or rsa: serve TLS with that chain; empty: plain HTTP'],
    certs: ['', 'directory that certs.sh filled (needed for --tls)'],
    'tls-versions': ['1.2-1.3', '1.2, 1.3 or 1.2-1.3'],
    'rate-limit': ['200', 'requests in a window, for each account'],
    window: ['60', 'length of the rate limit window'],
    'keep-alive': ['61', 'idle time after an answer until the connection is closed'],
    'headers-timeout': ['62', 'time for a request head, then 408'],
    'request-timeout': ['300', 'time for a whole request, then 408'],
    'check-interval': ['30', 'how often these two are checked'],
    write: ['0.002', 'time between the look into the store and the write into it'],
    upstream: ['offline', 'offline or stub: what providers and api.github.com do, see upstream.mjs'],
    'connect-url': ['http://localhost:3009/', 'where connect links lead to'],
    seed: ['1', 'seed of the faults that have a probability'],
    fault: [[], 'JSON of a fault, see faults.mjs; may be given several times'],
    'keep-requests': ['1000', 'how many requests GET /_twin/requests remembers'],
    'until-eof': [false, 'end when standard input closes']
};

const durations = ['window', 'keep-alive', 'headers-timeout', 'request-timeout', 'check-interval', 'write'];
const choices = {
    tls: ['', 'ec', 'rsa'],
    'tls-versions': ['1.2', '1.3', '1.2-1.3'],
    upstream: ['offline', 'stub']
};
const loopback = ['127.0.0.1', '::1', 'localhost'];

export function usage() {
    const lines = Object.entries(table).map(
        ([name, [value, text]]) =>
            `  --${name.padEnd(16)} ${text}${value === '' || typeof value !== 'string' ? '' : ` (${value})`}`
    );
    return ['usage: node server.mjs [OPTION]...', ...lines].join('\n');
}

function number(name, text) {
    const value = Number(text);
    if (text === '' || !(value >= 0)) {
        throw new Error(`--${name}: not a number: ${text}`);
    }
    return value;
}

/**
 * The options with names in C's spelling; durations become milliseconds in NAME_ms. Throws an Error that
 * names the option.
 */
export function parseOptions(args) {
    const kinds = Object.entries(table).map(([name, [value]]) => [
        name,
        {
            type: typeof value === 'boolean' ? 'boolean' : 'string',
            multiple: Array.isArray(value)
        }
    ]);
    const { values } = parseArgs({ args, options: Object.fromEntries(kinds) });
    const options = {};
    for (const [name, [standard]] of Object.entries(table)) {
        const value = values[name] ?? standard;
        if (choices[name] && !choices[name].includes(value)) {
            throw new Error(
                `--${name}: one of ${choices[name].map((one) => one || '""').join(', ')}, not ${value}`
            );
        }
        const member = name.replace(/-/g, '_');
        if (durations.includes(name)) {
            options[`${member}_ms`] = Math.round(number(name, value) * 1000);
        } else if (['port', 'control-port', 'rate-limit', 'seed', 'keep-requests'].includes(name)) {
            options[member] = number(name, value);
        } else {
            options[member] = value;
        }
    }
    if (!loopback.includes(options.host)) {
        throw new Error(
            `--host: only ${loopback.join(', ')}: the twin shows what it stores to anyone who asks`
        );
    }
    if (options.tls && !options.certs) {
        throw new Error('--tls needs --certs DIR');
    }
    options.faults = options.fault.map((text) => JSON.parse(text));
    return options;
}
