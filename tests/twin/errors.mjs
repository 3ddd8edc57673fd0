// SPDX-License-Identifier: MIT
// The two shapes of the server's errors, and zod's issues as it shows them.
import { randomUUID } from 'node:crypto';

const texts = {
    missing_auth_header: 'Authentication failed. The request is missing the Authorization header.',
    malformed_auth_header: 'Authentication failed. The Authorization header is malformed.',
    unknown_account: 'Authentication failed. The provided authorization header does not match any account.',
    invalid_secret_key_format: 'Authentication failed. The provided secret key is not a UUID v4.',
    invalid_connect_session_token_format:
        'Authentication failed. The provided connect session token is not following correct format: nango_connect_session_RANDOM)',
    unknown_connect_session_token:
        'Authentication failed. The provided connect session token does not match any account.',
    missing_public_key: 'Authentication failed. The request is missing a valid public key parameter.',
    invalid_public_key: 'Authentication failed. The provided public key is not a UUID v4.'
};

/** { error: { code, message?, errors? } } */
export function fail(res, status, code, message, errors) {
    res.status(status).send({ error: { code, message, errors } });
}

/** The older shape, message first and with a payload: authentication. */
export function failAuth(res, code) {
    res.status(401).send({ error: { message: texts[code], code, payload: {} } });
}

/** Whatever was thrown. */
export function failGeneric(res) {
    const id = randomUUID();
    const message = `An error occurred. Please contact support with this unique id: "${id}"`;
    res.status(500).send({ error: { message, code: 'generic_error_support', payload: id } });
}

export function issues(error) {
    return error.issues.map(({ code, message, path }) => ({ code, message, path: path.map(String) }));
}

/** The value that the schema makes of the input, or undefined after the 400 was sent. */
export function parse(res, schema, input, code) {
    const result = schema.safeParse(input);
    if (!result.success) {
        fail(res, 400, code, undefined, issues(result.error));
        return undefined;
    }
    return result.data;
}
