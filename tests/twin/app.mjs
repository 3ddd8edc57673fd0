// SPDX-License-Identifier: MIT
// The routes, in the real server's order of things: security headers, health, JSON parser, CORS, then for each area the check of the
// media type, for each route authentication, limiter and scope, and at the end the page for unknown GETs and the errors.
import { fileURLToPath } from 'node:url';
import { express, qs } from './deps.mjs';
import { anyScope, scope } from './auth.mjs';
import { fail, failGeneric } from './errors.mjs';
import { cors, securityHeaders } from './headers.mjs';
import { postConnection } from './import.mjs';

const bodyLimit = '75mb';
const page = fileURLToPath(new URL('page.html', import.meta.url));

/** Case-sensitive, unlike the JSON parser's own look at the media type. No Content-Type at all passes. */
function jsonOnly(req, res, next) {
    const type = req.headers['content-type'];
    if (type && !type.startsWith('application/json')) {
        fail(res, 415, 'invalid_content_type', 'Content-Type header must be application/json');
        return;
    }
    next();
}

function routes(twin) {
    const { auth } = twin;
    const router = express.Router();
    const connections = 'environment:connections:';

    router.use('/connections', jsonOnly);
    router.post('/connections', auth.key(), scope(`${connections}create`), postConnection(twin));
    return router;
}

export function makeApp(twin) {
    const app = express();
    app.disable('x-powered-by');
    app.set('query parser', (text) => qs.parse(text, { arrayLimit: 100 }));

    app.use(securityHeaders);
    app.get(['/health', '/ready'], (req, res) => res.send({ result: 'ok' }));
    app.use(express.json({ limit: bodyLimit, verify: (req, res, bytes) => twin.requests?.body(req, bytes) }));
    app.use(express.urlencoded({ extended: true, limit: bodyLimit }));
    app.use(cors);
    app.use(routes(twin));
    app.get('*splat', (req, res) => res.sendFile(page, { headers: { 'Cache-Control': 'no-cache, private' } }));
    app.use((error, req, res, next) => {
        if (error instanceof SyntaxError && error.type === 'entity.parse.failed') {
            fail(res, 400, 'invalid_json', error.message);
            return;
        }
        failGeneric(res);
    });
    return app;
}
