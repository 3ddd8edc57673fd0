// SPDX-License-Identifier: MIT
// Who asks (keys and connect sessions), how often (the limiter), and whether the key's scopes allow it: in
// this order.
import { accounts } from './catalogue.mjs';
import { fail, failAuth } from './errors.mjs';

const uuid4 = /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/i;
const sessionPrefix = 'nango_connect_session_';
const sessionForm = /^nango_connect_session_[a-f0-9]{64}$/;

const ownerOf = ({ name, cap, rate = 1 }) => ({ account: name, cap, rate });
const owners = new Map(
    accounts.flatMap((account) =>
        Object.entries(account.keys).map(([key, scopes]) => [key, { ...ownerOf(account), scopes }])
    )
);

// "environment:*" grants all of them.
const granted = (scopes, wanted) => scopes.includes(wanted) || scopes.includes('environment:*');

export class Auth {
    constructor(options, store) {
        this.limit = options.rate_limit;
        this.window_ms = options.window_ms;
        this.store = store;
        this.buckets = new Map(); // account -> { used, ends_ms }
    }

    /**
     * The token of the header; undefined when the answer was sent. "Bearer " is case-sensitive, and may be
     * missing.
     */
    token(req, res) {
        const header = req.get('authorization');
        if (!header) {
            failAuth(res, 'missing_auth_header');
            return undefined;
        }
        const token = header.split('Bearer ').pop();
        if (!token) {
            failAuth(res, 'malformed_auth_header');
        }
        return token || undefined;
    }

    acceptKey(req, res, token) {
        if (!uuid4.test(token)) {
            failAuth(res, 'invalid_secret_key_format');
            return false;
        }
        // A script's request is looked up among the internal keys, and a customer's key is none of them.
        const owner = req.get('Nango-Is-Script') === 'true' ? undefined : owners.get(token);
        if (!owner) {
            failAuth(res, 'unknown_account');
            return false;
        }
        Object.assign(res.locals, owner);
        return true;
    }

    acceptSession(res, token) {
        if (!sessionForm.test(token)) {
            failAuth(res, 'invalid_connect_session_token_format');
            return false;
        }
        const session = this.store.sessions.get(token);
        if (!session || Date.parse(session.expires_at) <= Date.now()) {
            failAuth(res, 'unknown_connect_session_token');
            return false;
        }
        const owner = ownerOf(accounts.find((account) => account.name === session.environment));
        Object.assign(res.locals, owner, { scopes: ['environment:integrations:list'], session });
        return true;
    }

    /**
     * A fixed window that opens with its first request; an account has one bucket for all that its keys do.
     */
    limiter(req, res, next) {
        const now = Date.now();
        const name = (res.locals.session ? 'global-' : 'secret-') + res.locals.account;
        let bucket = this.buckets.get(name);
        if (!bucket || bucket.ends_ms <= now) {
            bucket = { used: 0, ends_ms: now + this.window_ms };
            this.buckets.set(name, bucket);
        }
        bucket.used += 1;
        const limit = Math.floor(this.limit * res.locals.rate);
        res.setHeader('X-RateLimit-Limit', limit);
        res.setHeader('X-RateLimit-Remaining', Math.max(0, limit - bucket.used));
        res.setHeader('X-RateLimit-Reset', Math.floor(bucket.ends_ms / 1000));
        if (bucket.used > limit) {
            res.setHeader('Retry-After', Math.floor((bucket.ends_ms - now) / 1000)); // rounded down: 0 occurs
            res.status(429).send({ error: { code: 'too_many_request', method: req.method, path: req.path } });
            return;
        }
        next();
    }

    then(accept) {
        return (req, res, next) => {
            if (accept(req, res)) {
                this.limiter(req, res, next);
            }
        };
    }

    key() {
        return this.then((req, res) => {
            const token = this.token(req, res);
            return token !== undefined && this.acceptKey(req, res, token);
        });
    }

    session() {
        return this.then((req, res) => {
            const token = this.token(req, res);
            return token !== undefined && this.acceptSession(res, token);
        });
    }

    sessionOrKey() {
        return this.then((req, res) => {
            const token = this.token(req, res);
            if (token === undefined) {
                return false;
            }
            return token.startsWith(sessionPrefix)
                ? this.acceptSession(res, token)
                : this.acceptKey(req, res, token);
        });
    }

    /** A session's token in the query; the twin knows no public keys. */
    sessionInQuery() {
        return this.then((req, res) => {
            const token = req.query.connect_session_token;
            if (token) {
                return this.acceptSession(res, token);
            }
            const key = req.query.public_key;
            failAuth(
                res,
                !key ? 'missing_public_key' : uuid4.test(key) ? 'unknown_account' : 'invalid_public_key'
            );
            return false;
        });
    }
}

export function scope(wanted) {
    return (req, res, next) => {
        if (granted(res.locals.scopes, wanted)) {
            next();
            return;
        }
        fail(res, 403, 'forbidden', `Insufficient scope. Required: ${wanted}`);
    };
}

export function anyScope(...wanted) {
    return (req, res, next) => {
        if (wanted.some((one) => granted(res.locals.scopes, one))) {
            next();
            return;
        }
        fail(res, 403, 'forbidden', `Insufficient scope. Required one of: ${wanted.join(' or ')}`);
    };
}

export const mayReadCredentials = (res) =>
    granted(res.locals.scopes, 'environment:connections:read_credentials');
