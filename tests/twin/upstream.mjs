// SPDX-License-Identifier: MIT
// The outside world as the server meets it: providers that test a credential, api.github.com, token
// endpoints. --upstream offline: none of them is there (as in the recordings). --upstream stub: they answer;
// an apiKey, a username or a token_id that begins with "bad" is refused, an installation_id of three digits
// is answered with that HTTP status.
import { providers } from './catalogue.mjs';

export class Upstream {
    constructor(options) {
        this.offline = options.upstream === 'offline';
        this.tokens = 0;
    }

    /** The message of a failed test, or undefined. */
    test(provider, credentials) {
        if (!providers[provider].checked) {
            return undefined;
        }
        const who = credentials.apiKey ?? credentials.username ?? credentials.token_id;
        return this.offline || who.startsWith('bad')
            ? 'The given credentials were found to be invalid. Please check the credentials and try again.'
            : undefined;
    }

    /** An installation token of a GitHub App: { credentials } or { message }. */
    githubApp({ installation_id }) {
        if (this.offline) {
            return { message: 'DNS resolution failed.' };
        }
        if (/^\d{3}$/.test(installation_id)) {
            return { message: `Request failed with status code ${installation_id}` };
        }
        const token = `ghs_FAKE${++this.tokens}`;
        const expires_at = new Date(Date.now() + 3600000).toISOString().replace(/\.\d+Z$/, 'Z');
        return {
            credentials: {
                type: 'APP',
                access_token: token,
                expires_at,
                raw: { token, expires_at, permissions: { metadata: 'read' }, repository_selection: 'all' },
                jwtToken: 'eyJhbGciOiJSUzI1NiJ9.FAKE.FAKE'
            }
        };
    }

    /** A refreshed token: new credentials, or undefined when the provider cannot be reached or refuses. */
    refresh(credentials) {
        const token = credentials.refresh_token ?? credentials.client_id ?? '';
        if (this.offline || token.startsWith('bad')) {
            return undefined;
        }
        const name = credentials.type === 'OAUTH2_CC' ? 'token' : 'access_token';
        const { raw, ...old } = credentials;
        const fresh = {
            ...old,
            [name]: `fresh-token-${++this.tokens}`,
            expires_at: new Date(Date.now() + 3600000).toISOString()
        };
        return { ...fresh, raw: { ...fresh } };
    }
}
