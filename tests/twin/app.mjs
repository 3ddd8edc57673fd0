// SPDX-License-Identifier: MIT
// The routes, in the real server's order of things: security headers, health, JSON parser, CORS, then for
// each area the check of the media type, for each route authentication, limiter and scope, and at the end the
// page for unknown GETs and the errors.
import { fileURLToPath } from 'node:url';
import { express, qs } from './deps.mjs';
import { anyScope, scope } from './auth.mjs';
import { fail, failGeneric } from './errors.mjs';
import * as connections from './connections.mjs';
import { cors, securityHeaders } from './headers.mjs';
import { postConnection } from './import.mjs';
import { jsonError } from './json_error.mjs';
import * as lookup from './lookup.mjs';
import * as sessions from './sessions.mjs';
import { addSubmitRoutes } from './submit.mjs';

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
    const router = express.Router();
    const key = twin.auth.key();
    const either = twin.auth.sessionOrKey();
    const session = twin.auth.session();
    const may = (...names) => scope(...names.map((name) => `environment:${name}`));
    const mayAny = (...names) => anyScope(...names.map((name) => `environment:${name}`));

    router.use(['/api-auth', '/auth', '/providers', '/integrations', '/connections', '/connect'], jsonOnly);
    addSubmitRoutes(router, twin);

    router.get('/providers', either, lookup.listProviders());
    router.get('/providers/:provider', either, lookup.getProvider());
    router.get(
        '/integrations',
        either,
        mayAny('integrations:list', 'integrations:list_credentials'),
        lookup.listIntegrations()
    );
    router.get(
        '/integrations/:uniqueKey',
        key,
        mayAny('integrations:read', 'integrations:read_credentials'),
        lookup.getIntegration()
    );

    router
        .route('/connections')
        .post(key, may('connections:create'), postConnection(twin))
        .get(
            key,
            mayAny('connections:list', 'connections:list_credentials'),
            connections.listConnections(twin)
        );
    router
        .route('/connections/metadata')
        .post(key, may('connections:update'), connections.postMetadata(twin))
        .patch(key, may('connections:update'), connections.patchMetadata(twin));
    router
        .route('/connections/:connectionId')
        .get(key, mayAny('connections:read', 'connections:read_credentials'), connections.getConnection(twin))
        .patch(key, may('connections:update'), connections.patchConnection(twin))
        .delete(key, may('connections:delete'), connections.deleteConnection(twin));

    router.post('/connect/sessions', key, may('connect_sessions:write'), sessions.postSession(twin));
    router.post(
        '/connect/sessions/reconnect',
        key,
        may('connect_sessions:write'),
        sessions.postReconnect(twin)
    );
    router
        .route('/connect/session')
        .get(session, sessions.getSession())
        .delete(session, sessions.deleteSession(twin));

    router.all('/proxy{/*splat}', key, may('proxy'), lookup.proxy());
    return router;
}

export function makeApp(twin) {
    const app = express();
    app.disable('x-powered-by');
    app.set('query parser', (text) => qs.parse(text, { arrayLimit: 100 }));

    app.use(securityHeaders);
    app.get(['/health', '/ready'], (req, res) => res.send({ result: 'ok' }));
    app.use(twin.requests.onHead(), twin.faults.onHead());
    app.use(
        express.json({ limit: bodyLimit, verify: (req, res, bytes) => twin.requests.onBody(req, bytes) })
    );
    app.use(express.urlencoded({ extended: true, limit: bodyLimit }));
    app.use(twin.faults.onBody());
    app.use(cors);
    app.use(routes(twin));
    app.get('*splat', (req, res) =>
        res.sendFile(page, { headers: { 'Cache-Control': 'no-cache, private' } })
    );
    app.use((error, req, res, next) => {
        if (error.type === 'entity.parse.failed') {
            fail(res, 400, 'invalid_json', jsonError(error.body, true) || error.message);
            return;
        }
        failGeneric(res);
    });
    return app;
}
