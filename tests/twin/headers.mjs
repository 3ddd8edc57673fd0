// SPDX-License-Identifier: MIT
// The constant headers of the real server, about 2.3 KB: they come with every answer that Express makes, so a
// client has to get past them. Values and order are those of the recordings.
const self = "'self'";
const api = 'http://localhost:3003';
const pub = 'http://localhost:3000';
const connect = 'http://localhost:3009';
const google = ['https://*.googleapis.com', 'https://*.google-analytics.com'];

const policy = [
    ['default-src', self, pub, api, connect, `${connect}/`],
    ['child-src', self],
    [
        'connect-src',
        self,
        google[1],
        'https://*.sentry.io',
        pub,
        api,
        'ws://localhost:3003/',
        connect,
        `${connect}/`,
        'https://*.posthog.com',
        'https://*.stripe.com',
        'https://*.plain.com',
        'wss://*.plain.com',
        'https://raw.githubusercontent.com'
    ],
    ['font-src', self, 'data:', google[0], 'https://*.gstatic.com', 'https://*.cdn-plain.com'],
    [
        'frame-src',
        self,
        'https://accounts.google.com',
        pub,
        api,
        connect,
        `${connect}/`,
        'https://www.youtube.com',
        'https://*.stripe.com'
    ],
    [
        'img-src',
        self,
        'data:',
        'blob:',
        pub,
        api,
        google[1],
        google[0],
        'https://*.posthog.com',
        'https://img.logo.dev',
        'https://*.ytimg.com',
        'https://*.plain.com'
    ],
    ['manifest-src', self],
    ['media-src', self],
    ['object-src', self],
    [
        'script-src',
        self,
        "'unsafe-eval'",
        "'unsafe-inline'",
        pub,
        api,
        'https://*.stripe.com',
        google[1],
        google[0],
        'https://apis.google.com',
        'https://*.posthog.com',
        'https://www.youtube.com',
        'https://*.cdn-plain.com'
    ],
    ['style-src', 'blob:', self, "'unsafe-inline'", google[0], pub, api],
    ['worker-src', 'blob:', self, pub, api, google[0], 'https://*.posthog.com'],
    ['base-uri', self],
    ['form-action', self],
    ['frame-ancestors', self],
    ['script-src-attr', "'none'"],
    ['upgrade-insecure-requests']
];

const security = [
    ['X-XSS-Protection', '0'],
    ['X-Content-Type-Options', 'nosniff'],
    ['X-Download-Options', 'noopen'],
    ['X-Frame-Options', 'SAMEORIGIN'],
    ['X-DNS-Prefetch-Control', 'off'],
    ['Referrer-Policy', 'strict-origin'],
    ['Strict-Transport-Security', 'max-age=5184000; includeSubDomains'],
    ['Content-Security-Policy-Report-Only', policy.map((directive) => directive.join(' ')).join(';')]
];

const exposed = [
    'Authorization',
    'Etag',
    'Content-Type',
    'Content-Length',
    'X-Nango-Signature',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset'
].join(', ');

const allowed = [
    'Authorization',
    'Content-Type',
    'Accept',
    'Origin',
    'X-Requested-With',
    'Nango-Activity-Log-Id',
    'Nango-Is-Dry-Run',
    'Nango-Is-Sync',
    'Provider-Config-Key',
    'Connection-Id',
    'Sentry-Trace',
    'Baggage'
].join(', ');

export function securityHeaders(req, res, next) {
    for (const [name, value] of security) {
        res.setHeader(name, value);
    }
    next();
}

/** CORS for any origin. OPTIONS ends here for every path, with 204 and no body. */
export function cors(req, res, next) {
    res.setHeader('Access-Control-Allow-Origin', '*');
    if (req.method === 'OPTIONS') {
        res.setHeader('Access-Control-Allow-Methods', 'GET,HEAD,PUT,PATCH,POST,DELETE');
        res.setHeader('Access-Control-Allow-Headers', allowed);
        res.setHeader('Access-Control-Max-Age', '600');
    }
    res.setHeader('Access-Control-Expose-Headers', exposed);
    if (req.method !== 'OPTIONS') {
        next();
        return;
    }
    res.statusCode = 204;
    res.setHeader('Content-Length', '0');
    res.end();
}
