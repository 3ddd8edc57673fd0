// SPDX-License-Identifier: MIT
// What PostgreSQL does to a value on its way through a jsonb or text column.

/** An error as the database driver throws it: the client sees 500 generic_error_support. */
export class DatabaseError extends Error {}

// With the u flag a surrogate that is half of a pair is not matched by \p{Cs}: only lone ones are.
const loneSurrogate = /\p{Cs}/u;

function checkText(text) {
    if (text.includes('\0')) {
        throw new DatabaseError('U+0000 cannot be stored');
    }
    if (loneSurrogate.test(text)) {
        throw new DatabaseError('a lone surrogate cannot be stored in jsonb');
    }
}

function compareKeys(a, b) {
    const x = Buffer.from(a);
    const y = Buffer.from(b);
    return x.length - y.length || Buffer.compare(x, y);
}

/**
 * jsonb keeps the keys of an object by length in bytes, then by bytes; integer-like keys then come first in
 * JavaScript.
 */
export function jsonb(value) {
    if (typeof value === 'string') {
        checkText(value);
        return value;
    }
    if (typeof value === 'number') {
        return Number.isFinite(value) ? value + 0 : null; // -0 becomes 0, Infinity is null in JSON
    }
    if (Array.isArray(value)) {
        return value.map(jsonb);
    }
    if (value === null || typeof value !== 'object') {
        return value;
    }
    const keys = Object.keys(value).sort(compareKeys);
    keys.forEach(checkText);
    return Object.fromEntries(keys.map((key) => [key, jsonb(value[key])])); // "__proto__" stays a member like any other
}

/**
 * A varchar column: limit in code points, no U+0000; the driver's UTF-8 turns a lone surrogate into U+FFFD.
 */
export function varchar(text, limit = Infinity) {
    if (text.includes('\0')) {
        throw new DatabaseError('U+0000 cannot be stored');
    }
    if ([...text].length > limit) {
        throw new DatabaseError(`value too long for type character varying(${limit})`);
    }
    return Buffer.from(text).toString();
}
