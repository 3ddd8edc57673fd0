// SPDX-License-Identifier: MIT
// The language of the table: what a peer does, as a text (cases.txt explains it), made a list of steps.

/** The answer that Nango would give to this connection_id. */
export const answerTo = (id) =>
    JSON.stringify({
        id: 7,
        connection_id: id,
        provider_config_key: 'github',
        errors: [],
        credentials: { type: 'OAUTH2', access_token: 'token' }
    });

const hex = (text) => Buffer.byteLength(text).toString(16);
const macros = {
    ok: () => 'HTTP/1.1 201 Created\r\n',
    json: () => 'Content-Type: application/json\r\n',
    len: (body) => String(body.length),
    cl: (body) => `Content-Length: ${body.length}\r\n`,
    te: () => 'Transfer-Encoding: chunked\r\n',
    body: (body) => body,
    hex: (body) => hex(body),
    chunk: (body) => `${hex(body)}\r\n${body}\r\n`,
    chunks: (body) => `${hex(body)}\r\n${body}\r\n0\r\n\r\n`,
    whole: (body) => `HTTP/1.1 201 Created\r\nContent-Length: ${body.length}\r\n\r\n${body}`
};
const marks = { n: '\n', r: '\r', t: '\t', 0: '\0' };

/** What stands between { and its }, which may hold others; [text, index behind it]. */
function inner(script, at) {
    let depth = 1;
    for (let i = at; i < script.length; i++) {
        if (script[i] === '\\') {
            i++;
        } else if (script[i] === '{') {
            depth++;
        } else if (script[i] === '}' && --depth === 0) {
            return [script.slice(at, i), i + 1];
        }
    }
    throw new Error(`a { without its } in ${script}`);
}

function escaped(script, at) {
    const c = script[at];
    if (c === 'x') {
        return [String.fromCharCode(parseInt(script.slice(at + 1, at + 3), 16)), at + 3];
    }
    return [marks[c] ?? c, at + 1];
}

/** Steps: { write: text }, { raw, endless or flood: text }, or { verb, arg }. ids: of the connections that are imported, in order. */
export function compile(script, ids) {
    const steps = [];
    let text = '';
    const flush = () => {
        if (text !== '') {
            steps.push({ write: text });
        }
        text = '';
    };
    for (let at = 0; at < script.length; ) {
        let part;
        if (script[at] === '^') {
            [part, at] = ['\r\n', at + 1];
        } else if (script[at] === '\\') {
            [part, at] = escaped(script, at + 1);
        } else if (script[at] === '{') {
            [part, at] = inner(script, at + 1);
            part = braces(part, ids, (step) => {
                flush();
                steps.push(step);
            });
        } else {
            [part, at] = [script[at], at + 1];
        }
        text += part;
    }
    flush();
    return steps;
}

/** A macro's or a repetition's text; a verb becomes a step, and no text. */
function braces(word, ids, step) {
    const [, count, repeated] = /^(\d+)\*(.*)$/s.exec(word) ?? [];
    const [, name, which = '1'] = /^(\w+)(?: (\d+))?$/.exec(word) ?? [];
    if (count !== undefined) {
        return textOf(repeated, ids).repeat(Number(count));
    }
    if (name in macros) {
        return macros[name](answerTo(ids[which - 1]));
    }
    const [, verb, arg = ''] = /^(\S+) ?(.*)$/s.exec(word);
    if (['raw', 'endless', 'flood'].includes(verb)) {
        step({ [verb]: textOf(arg, ids) });
    } else {
        step({ verb, arg });
    }
    return '';
}

const textOf = (script, ids) =>
    compile(script, ids)
        .map(({ write }) => write)
        .join('');
