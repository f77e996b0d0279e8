import { createHash, timingSafeEqual } from 'node:crypto';
import { parseUrl } from '../../text/url.ts';
import { clientSecretsOf, SECRETS } from '../credentials/secrets.ts';
import type { Check, Fine, Found } from './check.ts';
import type { DiagnosedApp, Facts } from './facts.ts';
import { setUpAgain } from './mend.ts';

/** Requests that these checks may send. */
export const CLIENT_CHECK_CALLS = [`GET ${SECRETS}`] as const;

const clientOf = (app: DiagnosedApp | undefined) => ({
  ...app?.settings?.oauthClient,
  ...app?.credentials?.oauthClient,
});

const status: Check = {
  name: 'the status of the app',
  needs: ['app'],
  run: ({ app }) =>
    app?.status === 'INACTIVE'
      ? [
          {
            ...{ code: 'app_inactive', certainty: 'certain' },
            evidence: [`The app ${app.label} is INACTIVE.`],
            action: { key: 'activate_app', input: { appId: app.id } },
          },
        ]
      : [{ fine: `The app ${app?.label} is active.`, not: ['app_inactive'] }],
};

const clientId: Check = {
  name: 'the client ID',
  needs: ['oidc', 'bar'],
  run({ app, bar }): (Found | Fine)[] {
    const sent = bar?.params.get('client_id');
    const own = clientOf(app).client_id ?? app?.id;
    if (!sent) return [];
    if (sent === own) return [{ fine: 'The application sends the client ID of the app.' }];
    const evidence = [`The application sends the client ID ${sent}, that of the app is ${own}.`];
    return [{ code: 'client_unknown', certainty: 'certain', evidence }];
  },
};

const redirectUri: Check = {
  name: 'the redirect URI',
  needs: ['oidc'],
  async run(facts) {
    const { app, input, bar } = facts;
    const { redirect_uris: known } = clientOf(app);
    if (!app || !known) return [];
    const inBar = bar?.kind === 'authorize' ? bar.params.get('redirect_uri') : null;
    const sent = input.redirectUri ?? inBar ?? (await sentBefore(facts));
    if (sent === undefined) return [];
    if (known.includes(sent)) {
      return [{ fine: 'The redirect URI is registered.', not: ['redirect_uri_mismatch'] }];
    }
    const [nearest] = known.map((one) => ({ one, differences: differencesOf(one, sent) })).sort(byNumber);
    const evidence = [
      `Sent: ${sent}`,
      ...(nearest
        ? [`Registered: ${nearest.one}; different: ${nearest.differences.join(', ')}`]
        : ['No redirect URI is registered.']),
    ];
    // Somebody else's address must not be registered: the codes would go there.
    const isOwn = known.some((one) => parseUrl(one)?.hostname === parseUrl(sent)?.hostname);
    const mends = isOwn ? setUpAgain(app, { redirectUris: [...known, sent] }) : {};
    return [{ code: 'redirect_uri_mismatch', certainty: 'certain', evidence, ...mends }];
  },
};

/** The one that Okta refused, by the System Log; undefined where that may not be read. */
const sentBefore = async (facts: Facts): Promise<string | undefined> => {
  const events = await facts.events().catch(() => []);
  return events.find(({ reason, redirectUri: sent }) => /redirect_uri/.test(reason) && sent)?.redirectUri;
};

const byNumber = (a: { differences: string[] }, b: { differences: string[] }): number =>
  a.differences.length - b.differences.length;

/** What differs between two addresses, in words. */
function differencesOf(one: string, other: string): string[] {
  const [a, b] = [parseUrl(one), parseUrl(other)];
  if (!a || !b) return ['it is not a URL'];
  const path = pathDifference(a.pathname, b.pathname);
  const found = [
    ...(a.protocol === b.protocol ? [] : [`scheme (${b.protocol}// for ${a.protocol}//)`]),
    ...(a.hostname === b.hostname ? [] : [`host (${b.hostname} for ${a.hostname})`]),
    ...(a.port === b.port ? [] : [`port (${b.port || 'none'} for ${a.port || 'none'})`]),
    ...(path === undefined ? [] : [path]),
    ...(a.search === b.search ? [] : ['query']),
    ...(a.hash === b.hash ? [] : ['fragment']),
  ];
  // What a URL makes equal, Okta compares as it is written.
  return found.length > 0 ? found : ['how it is written, such as capital letters in the host'];
}

function pathDifference(a: string, b: string): string | undefined {
  if (a === b) return undefined;
  if (a.replace(/\/$/, '') === b.replace(/\/$/, '')) return 'slash at the end';
  return a.toLowerCase() === b.toLowerCase() ? `capital letters (${b} for ${a})` : `path (${b} for ${a})`;
}

const REFUSED_CLIENT = /invalid_client|client secret|client authentication failed|client credentials/i;

const secret: Check = {
  name: 'the client secret',
  needs: ['oidc'],
  async run({ context, app, input, text }) {
    const { clientSecret } = input;
    if (!app || (clientSecret === undefined && !REFUSED_CLIENT.test(text))) return [];
    const known = await clientSecretsOf(context, app.id);
    const told = known.map(
      ({ id, status, lastUpdated }) => `${id} is ${status} since ${String(lastUpdated)}`,
    );
    const list = `Secrets of the app: ${told.join('; ') || 'none'}.`;
    const action = { key: 'rotate_client_secret', input: { appId: app.id } };
    if (clientSecret === undefined) {
      return [{ code: 'client_secret_wrong', certainty: 'possible', evidence: [list], action }];
    }
    const hit = known.find((one) => isSame(clientSecret, one));
    if (!hit) {
      const evidence = ['The secret of the application is none of those of the app.', list];
      return [{ code: 'client_secret_wrong', certainty: 'certain', evidence, action }];
    }
    if (hit.status !== 'ACTIVE') {
      const evidence = [`The application uses the secret ${hit.id}.`, list];
      return [{ code: 'client_secret_inactive', certainty: 'certain', evidence, action }];
    }
    return [
      { fine: `The secret ${hit.id} is active.`, not: ['client_secret_wrong', 'client_secret_inactive'] },
      ...(REFUSED_CLIENT.test(text) ? [otherMethod(app)] : []),
    ];
  },
};

/** By the hash that Okta tells, or else by the secret, which it tells, too. */
function isSame(
  given: string,
  { secret_hash: hash, client_secret: clear }: Record<string, unknown>,
): boolean {
  if (typeof hash === 'string') return hash === createHash('md5').update(given).digest('base64url');
  if (typeof clear !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(clear)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const otherMethod = (app: DiagnosedApp): Found => ({
  ...{ code: 'client_auth_method', certainty: 'likely' },
  evidence: [
    `The secret is right, and still refused. The app expects ${clientOf(app).token_endpoint_auth_method}.`,
  ],
});

const method: Check = {
  name: 'how the client authenticates',
  needs: ['oidc', 'text'],
  run({ app, text }) {
    if (!app || !REFUSED_CLIENT.test(text)) return [];
    const expected = clientOf(app).token_endpoint_auth_method;
    return [
      { code: 'client_auth_method', certainty: 'possible', evidence: [`The app expects ${expected}.`] },
    ];
  },
};

const pkce: Check = {
  name: 'PKCE',
  needs: ['oidc'],
  run({ app, bar, text }) {
    const { pkce_required: isRequired } = clientOf(app);
    if (!app || !isRequired) {
      return [{ fine: 'The app does not require PKCE.', not: ['pkce_required'] }];
    }
    const isSent = bar?.kind === 'authorize' && bar.params.has('code_challenge');
    const isMissing = (bar?.kind === 'authorize' && !isSent) || /\bPKCE\b/.test(text);
    if (!isMissing) return isSent ? [{ fine: 'The application sends PKCE.', not: ['pkce_required'] }] : [];
    const evidence = [
      'The app requires PKCE.',
      ...(bar?.kind === 'authorize' ? ['The request has no code_challenge.'] : []),
    ];
    return [
      { code: 'pkce_required', certainty: 'certain', evidence, ...setUpAgain(app, { pkceRequired: false }) },
    ];
  },
};

const responseType: Check = {
  name: 'the response type',
  needs: ['oidc', 'bar'],
  run({ app, bar }): (Found | Fine)[] {
    const asked = bar?.kind === 'authorize' ? bar.params.get('response_type')?.split(' ') : undefined;
    const { response_types: allowed } = clientOf(app);
    if (!asked || !allowed) return [];
    const missing = asked.filter((one) => !allowed.includes(one));
    if (missing.length === 0) return [{ fine: 'The response type is allowed.', not: ['grant_not_allowed'] }];
    const evidence = [`Asked for: ${asked.join(' ')}. The app allows: ${allowed.join(', ')}.`];
    return [{ code: 'grant_not_allowed', certainty: 'certain', evidence }];
  },
};

/** The app, and what its OAuth client may do. */
export const CLIENT_CHECKS: readonly Check[] = [
  status,
  clientId,
  redirectUri,
  secret,
  method,
  pkce,
  responseType,
];
