import { z } from 'zod';
import { isLoopback } from '../../auth/org-url.ts';
import { isInputError, isOktaError } from '../../errors/errors.ts';
import { isRecord } from '../../schema/record.ts';
import { parseUrl } from '../../text/url.ts';
import { guardedRequest } from '../metadata/fetch.ts';
import { isWrongHost } from './address-checks.ts';
import { askedIssuer, askedServer } from './asked-issuer.ts';
import type { Check, Fine, Found } from './check.ts';
import type { Facts } from './facts.ts';

const WELL_KNOWN = '/.well-known/openid-configuration';
const ORGANIZATION = '/.well-known/okta-organization';
const JWKS = '/oauth2/v1/keys';
const JWKS_OF_SERVER = '/oauth2/{authServerId}/v1/keys';

/** Requests that these checks may send to the org; other hosts are read without a credential. */
export const ISSUER_CHECK_CALLS = [
  `GET ${WELL_KNOWN}`,
  `GET /oauth2/{authServerId}${WELL_KNOWN}`,
  `GET ${ORGANIZATION}`,
  `GET ${JWKS}`,
  `GET ${JWKS_OF_SERVER}`,
  'GET /api/v1/domains',
] as const;

const discovery = z.looseObject({
  issuer: z.string(),
  scopes_supported: z.array(z.string()).nullish().catch(undefined),
});

/** The metadata of an issuer, or what its host does in their place. */
type Discovered = { metadata: z.output<typeof discovery> } | { why: string; answers: boolean };

async function discovered(facts: Facts, issuer: string): Promise<Discovered> {
  const { context } = facts;
  const { origin } = new URL(issuer);
  try {
    if (origin === context.orgUrl) {
      const server = askedServer(facts);
      const path = server === undefined ? WELL_KNOWN : (`/oauth2/{authServerId}${WELL_KNOWN}` as const);
      const params: Record<string, string> = server === undefined ? {} : { authServerId: server };
      const { json } = await context.call({ method: 'GET', path, params, answer: discovery });
      return { metadata: json };
    }
    const { status, text } = await elsewhere(facts, `${issuer}${WELL_KNOWN}`);
    if (status !== 200) return { why: `answers ${status}`, answers: true };
    const parsed = discovery.safeParse(parsedJson(text));
    return parsed.success ? { metadata: parsed.data } : { why: 'answers with another page', answers: true };
  } catch (error) {
    if (!isOktaError(error) || isInputError(error) || error.code === 'aborted') throw error;
    if (origin === context.orgUrl && error.status !== 404 && error.code !== 'feature_unavailable')
      throw error;
    const answers = error.status !== undefined;
    return { why: answers ? `answers ${error.status}` : `does not answer (${error.message})`, answers };
  }
}

/** Reads a page of another host, without a credential. */
const elsewhere = ({ context }: Facts, url: string) =>
  guardedRequest(url, {
    ...{ allowLoopback: isLoopback(context.orgUrl), signal: context.signal },
    ...{ what: 'metadata of the issuer', instead: 'open it in a browser' },
    headers: { accept: 'application/json' },
  });

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const metadata: Check = {
  name: 'the metadata of the issuer',
  async run(facts) {
    const asked = askedIssuer(facts);
    if (asked === undefined || isWrongHost(new URL(asked).hostname)) return [];
    const found = await discovered(facts, asked);
    if (!('metadata' in found)) return [unreachable(facts, asked, found)];
    const { issuer, scopes_supported: scopes } = found.metadata;
    return [
      ...(issuer === asked || isOtherName(facts, asked, issuer)
        ? [await ownOutcome(facts, issuer)]
        : [mismatch(facts, asked, issuer)]),
      ...sessionsOutcome(facts, asked, issuer),
      ...scopesOutcome(facts, scopes ?? undefined),
    ];
  },
};

/** The default server has two names. What was set up is known by its id, and the application was given the issuer. */
const isOtherName = (facts: Facts, asked: string, issuer: string): boolean =>
  (facts.input.issuer ?? facts.bar?.issuer) === undefined &&
  askedServer(facts) !== undefined &&
  parseUrl(issuer)?.origin === new URL(asked).origin;

/** A server that does not answer on this org is looked for by another check. */
function unreachable(
  facts: Facts,
  asked: string,
  { why, answers }: { why: string; answers: boolean },
): Found {
  const evidence = [`${asked}${WELL_KNOWN} ${why}.`, `This connection is to ${facts.context.orgUrl}`];
  if (askedServer(facts) !== undefined) return { code: 'server_unavailable', certainty: 'likely', evidence };
  // A host that does not answer here may answer where the people are.
  return { code: 'wrong_host', certainty: answers ? 'certain' : 'likely', evidence };
}

function mismatch({ input }: Facts, asked: string, issuer: string): Found {
  const evidence = [`The metadata at ${asked} name the issuer ${issuer}`];
  return { code: 'issuer_mismatch', certainty: input.issuer === undefined ? 'likely' : 'certain', evidence };
}

const organization = z.object({ id: z.string() });

/** An issuer that is what it says may still be that of another org, such as the one for tests. */
async function ownOutcome(facts: Facts, issuer: string): Promise<Found | Fine> {
  const { orgUrl } = facts.context;
  const { origin } = new URL(issuer);
  if (origin !== orgUrl) {
    const { json: own } = await facts.context.call({
      method: 'GET',
      path: ORGANIZATION,
      answer: organization,
    });
    const { text } = await elsewhere(facts, `${origin}${ORGANIZATION}`);
    const other = organization.safeParse(parsedJson(text)).data;
    if (other?.id !== own.id) {
      const evidence = [
        `${origin} is ${other ? `the org ${other.id}` : 'no org of Okta'}, this connection is to ${own.id} at ${orgUrl}`,
      ];
      return { code: 'wrong_host', certainty: other ? 'certain' : 'likely', evidence };
    }
  }
  return {
    fine: `The metadata are at the issuer that they name: ${issuer}`,
    not: ['wrong_host', 'issuer_mismatch', 'server_unavailable'],
  };
}

function sessionsOutcome({ context, app }: Facts, asked: string, issuer: string): Found[] {
  const mode = app?.settings?.oauthClient?.issuer_mode ?? 'as it is';
  const hosts = new Set([asked, issuer].map((one) => new URL(one).host));
  if (new URL(asked).origin === context.orgUrl || (hosts.size === 1 && mode !== 'ORG_URL')) return [];
  const evidence = [
    `People are sent to ${new URL(asked).host}, the issuer is ${issuer}, the issuer mode of the app ${mode}.`,
  ];
  return [{ code: 'two_sessions', certainty: 'possible', evidence }];
}

/** The list of Okta's own server lacks its API scopes. */
function scopesOutcome({ bar }: Facts, supported: string[] | undefined): (Found | Fine)[] {
  const asked = bar?.kind === 'authorize' ? (bar.params.get('scope') ?? '').split(' ').filter(Boolean) : [];
  if (supported === undefined || asked.length === 0) return [];
  const unknown = asked.filter((one) => !supported.includes(one) && !one.startsWith('okta.'));
  if (unknown.length === 0) return [{ fine: 'The server has all scopes that are asked for.' }];
  const evidence = [
    `Asked for, but not in the metadata: ${unknown.join(' ')}. The server has: ${supported.join(' ')}`,
  ];
  return [{ code: 'scope_unknown', certainty: 'likely', evidence }];
}

const found = (certainty: Found['certainty'], evidence: string): Found => ({
  ...{ code: 'keys_rotated', certainty, evidence: [evidence] },
});

const KID = /\bkid\b["'\s:=]{1,6}([\w-]{8,100})/i;

const keys: Check = {
  name: 'the signing keys',
  needs: ['text'],
  async run(facts) {
    const kid = KID.exec(facts.text)?.[1];
    const asked = askedIssuer(facts);
    if (kid === undefined || asked === undefined || new URL(asked).origin !== facts.context.orgUrl) return [];
    const server = askedServer(facts);
    const call =
      server === undefined ? { path: JWKS } : { path: JWKS_OF_SERVER, params: { authServerId: server } };
    const answer = z.looseObject({ keys: z.array(z.looseObject({ kid: z.string().nullish() })) });
    const { json } = await facts.context.call({ method: 'GET', ...call, answer });
    return json.keys.some((one) => one.kid === kid)
      ? [found('likely', `The server signs with the key ${kid}: the application has not read it.`)]
      : [found('certain', `The key ${kid} is none of the ${json.keys.length} of the server.`)];
  },
};

const domains = z.looseObject({ domains: z.array(z.unknown()) });

const issuerMode: Check = {
  name: 'the custom domain',
  needs: ['oidc'],
  async run({ context, app, text }) {
    const mode = app?.settings?.oauthClient?.issuer_mode;
    if (mode !== 'CUSTOM_URL' && !/issuerMode/.test(text)) return [];
    const { json } = await context.call({ method: 'GET', path: '/api/v1/domains', answer: domains });
    const verified = json.domains.filter(
      (one) => isRecord(one) && /^(VERIFIED|COMPLETED)$/.test(String(one.validationStatus)),
    );
    if (verified.length > 0)
      return [{ fine: 'The org has a verified custom domain.', not: ['issuer_mode_without_domain'] }];
    const evidence = [`The issuer mode is ${mode ?? 'unknown'}, and no custom domain is verified.`];
    return [{ code: 'issuer_mode_without_domain', certainty: 'certain', evidence }];
  },
};

/** Where the tokens come from. */
export const ISSUER_CHECKS: readonly Check[] = [metadata, keys, issuerMode];
