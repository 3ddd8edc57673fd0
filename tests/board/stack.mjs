// SPDX-License-Identifier: MIT
// node stack.mjs FILE.ci...: the worst stack of each public function of the library, from GCC's call
// graph (-fcallgraph-info=su). What runs outside of the library (the port, a source's read_at, entropy)
// is the caller's; what a pointer inside of the library can reach stands in `reaches`, and a pointer that
// does not stand there is an error, so that this list cannot rot. Recursion is an error too.
import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const OUTSIDE = [];
// The sinks of a reader of JSON, or of a walk over a connection, by who began it.
const sinks = {
    result_feed: ['result.c:answer_event', 'result_pick_event'],
    result_finish: ['result.c:answer_event', 'result_pick_event'],
    check_json: ['check_json_on'],
    check_json_pick: ['result_pick_event'],
    calls_check_source: ['calls_common.c:skip'],
    nango_detail_next: ['result.c:complain'],
};
const walks = {
    'check.c:check': ['check_json_on'],
    request_import_body: ['request_put'],
    calls_put_changes: ['calls_common.c:put_change'],
    'connect_submit.c:put_body': ['connect_submit.c:put_member'],
};
const by = (table, what) => (above) => {
    const name = [...above].reverse().find((one) => table[one]);
    if (!name) {
        throw new Error(`${above.join(' > ')}: of what ${what} is this the sink?`);
    }
    return table[name];
};
// What the calls put into their descriptions (struct client_call).
const bodies = ['request_import_body', 'connections.c:put_update_body', 'connections.c:put_metadata_body',
    'connections_rotate.c:put_body', 'connect.c:put_body', 'connect_submit.c:put_body'];
const targets = ['request_import_target', 'calls_connection_target', 'connections.c:put_metadata_target',
    'connections.c:put_integration', 'connections.c:put_provider', 'connections_get.c:put_target',
    'connections_list.c:put_target', 'connections_list.c:put_find', 'connect.c:put_target', 'connect_submit.c:put_target'];
const values = ['result_pick_event', 'connections_get.c:on_answer', 'connections_list.c:on_answer', 'connections_list.c:on_find',
    'connections_rotate.c:on_answer', 'connect.c:on_session'];
const verdicts = ['connections.c:judge_delete', 'connections_get.c:judge', 'connections_list.c:judge_find',
    'connections_rotate.c:judge', 'connect.c:judge_session'];
const reaches = {
    'check_json.c:read': OUTSIDE,
    'client.c:read_clock': OUTSIDE,
    'connect.c:uptime': OUTSIDE,
    'connect.c:sleep_for': OUTSIDE,
    'connect.c:go_on': OUTSIDE,
    'connections_list.c:on_answer': ['connect.c:on_row'], // or the caller's
    nango_init: OUTSIDE,
    nango_call: OUTSIDE,
    nango_connect_wait: OUTSIDE,
    // A verdict that begins another call knows which.
    client_begin: (above) => above.includes('connections_rotate.c:judge') ? ['connections_rotate.c:put_body']
        : above.includes('connections_list.c:judge_find') ? ['request_import_body'] : bodies,
    out_read: OUTSIDE,
    http_write: [...targets, ...bodies],
    'client.c:judge': verdicts,
    'client.c:answered': verdicts, // where that is a part of it
    'json_read.c:emit': by(sinks, 'reader'),
    'json_read.c:advance': by(sinks, 'reader'),
    'request.c:say': by(walks, 'walk'),
    'result.c:answer_event': values,
    tls_random: OUTSIDE,
    tls_open: OUTSIDE,
    tls_send: OUTSIDE,
    tls_recv: OUTSIDE,
    tls_close: OUTSIDE,
};
// Leaf functions of libc and of the compiler: a few registers and no more; the painted stack checks it.
const LIBC = { bytes: 32, names: /^(mem(cpy|move|set|cmp|chr)|str(len|cmp|ncmp|chr|spn)|__aeabi_\w+|__\w+di3|__builtin_\w+)$/ };

export function readGraph(files) {
    const nodes = new Map();
    const short = (title) => title.slice(title.lastIndexOf('/') + 1); // file.c:name, or a public name
    const node = (title) => {
        const name = short(title);
        if (!nodes.has(name)) {
            nodes.set(name, { name, bytes: undefined, calls: new Set(), indirect: false });
        }
        return nodes.get(name);
    };
    for (const file of files) {
        for (const line of readFileSync(file, 'utf8').split('\n')) {
            const [, title, label] = /^node: \{ title: "([^"]*)" label: "([^"]*)"/.exec(line) ?? [];
            const bytes = /(\d+) bytes \(([^)]*)\)/.exec(label ?? '');
            if (bytes) {
                if (!/^(static|dynamic,bounded)$/.test(bytes[2])) {
                    throw new Error(`${title}: the stack has no bound (${bytes[2]})`);
                }
                node(title).bytes = Math.max(Number(bytes[1]), node(title).bytes ?? 0);
            }
            const [, from, to] = /^edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"/.exec(line) ?? [];
            if (to === '__indirect_call') {
                node(from).indirect = true;
            } else if (to !== undefined) {
                node(from).calls.add(short(to));
            }
        }
    }
    return nodes;
}

/** { bytes, path } of the deepest chain from `name`. */
export function worst(nodes, name, above = []) {
    if (above.includes(name)) {
        throw new Error(`recursion: ${[...above, name].join(' -> ')}`);
    }
    const n = nodes.get(name);
    if (!n || n.bytes === undefined) {
        if (!LIBC.names.test(name)) {
            throw new Error(`${above.at(-1)} calls ${name}, of which nothing is known`);
        }
        return { bytes: LIBC.bytes, path: [name] };
    }
    if (n.indirect && !reaches[name]) {
        throw new Error(`${name} calls through a pointer that tests/board/stack.mjs does not know`);
    }
    const pointed = !n.indirect ? [] : typeof reaches[name] === 'function' ? reaches[name](above) : reaches[name];
    const callees = [...n.calls, ...pointed];
    const deepest = callees.map((callee) => worst(nodes, callee, [...above, name]))
        .reduce((a, b) => (b.bytes > a.bytes ? b : a), { bytes: 0, path: [] });
    return { bytes: n.bytes + deepest.bytes, path: [`${name} ${n.bytes}`, ...deepest.path] };
}

/** The name of a function without its file. */
const plain = (name) => name.slice(name.indexOf(':') + 1);

/** The sinks in the sources are those that `sinks` knows. */
function checkSinks(directory) {
    const known = [...new Set([...Object.values(sinks), ...Object.values(walks)].flat().map(plain))].sort();
    const found = readdirSync(directory).filter((file) => file.endsWith('.c')).flatMap((file) =>
        [...readFileSync(`${directory}/${file}`, 'utf8').matchAll(/\(struct json_sink\)\{(\w+)/g)].map((one) => one[1]));
    const unique = [...new Set(found)].sort();
    if (String(known) !== String(unique)) {
        throw new Error(`src/ has the sinks ${unique}, tests/board/stack.mjs knows ${known}`);
    }
}

/** [{ name, bytes, path }] of all public functions, the deepest first. */
export function publicStacks(files) {
    checkSinks('src');
    const nodes = readGraph(files);
    const names = [...nodes.values()].filter((n) => /^nango_/.test(n.name) && n.bytes !== undefined).map((n) => n.name);
    return names.map((name) => ({ name, ...worst(nodes, name) })).sort((a, b) => b.bytes - a.bytes);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    for (const { name, bytes, path } of publicStacks(process.argv.slice(2))) {
        console.log(`${String(bytes).padStart(5)}  ${name}: ${path.join(' > ')}`);
    }
}
