import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { apiTokenSchema } from '../../resources/api-token/resource.ts';
import { field } from '../../schema/fields.ts';
import { ssoApp } from '../set-up/own-app.ts';
import { KEYS, keysOf } from './saml-signing.ts';
import { clientSecretsOf, SECRETS } from './secrets.ts';

const DAY_MS = 24 * 3_600_000;
const KINDS = ['saml_certificate', 'client_secret', 'api_token'] as const;

/** Requests that looking for them may send. */
export const EXPIRING_CALLS = [
  'GET /api/v1/apps',
  `GET ${KEYS}`,
  `GET ${SECRETS}`,
  'GET /api/v1/api-tokens',
] as const;

/** Scopes for them. */
export const EXPIRING_SCOPES = ['okta.apps.read', 'okta.apiTokens.read'];

/** What to look for. */
export const expiringInput = {
  days: field(
    z.int().min(1).max(3_660).default(30),
    'Days ahead',
    'How many days before its end a credential is told; what has expired is told, too.',
    60,
  ),
  kinds: field(
    z
      .array(z.enum(KINDS))
      .min(1)
      .default([...KINDS]),
    'Kinds',
    'saml_certificate: with which an app signs; client_secret: see below; api_token: if it is not used until then.',
    ['saml_certificate'],
  ),
  secretMaxAgeDays: field(
    z.int().min(1).max(3_660).optional(),
    'Maximum age of client secrets (days)',
    'Client secrets of Okta have no end. If given, a secret ends so many days after its creation; otherwise none is told.',
    365,
  ),
};

/** A credential whose end is near. */
export const expiringCredential = z.looseObject({
  id: field(
    z.string(),
    'ID',
    'The credential and its end: the same as long as it is not replaced.',
    'saml_certificate:0oa1abcdefghijklmnop:2027-01-02T03:04:05.000Z',
  ),
  kind: field(z.enum(KINDS), 'Kind', 'saml_certificate, client_secret or api_token.', 'saml_certificate'),
  name: field(z.string(), 'Name', 'Label of the app, or name of the token.', 'Acme CRM'),
  credentialId: field(
    z.string(),
    'Credential ID',
    'Id of the key, secret or token.',
    'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo',
  ),
  appId: field(z.string().optional(), 'App ID', 'Id of the app; none for a token.', '0oa1abcdefghijklmnop'),
  expiresAt: field(z.string(), 'Expires', 'ISO 8601 in UTC.', '2027-01-02T03:04:05.000Z'),
  daysLeft: field(z.int(), 'Days left', 'Whole days until then; negative if it is over.', 12),
});

export const expiringSample = {
  id: 'saml_certificate:0oa1abcdefghijklmnop:2027-01-02T03:04:05.000Z',
  kind: 'saml_certificate' as const,
  name: 'Acme CRM',
  credentialId: 'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo',
  appId: '0oa1abcdefghijklmnop',
  expiresAt: '2027-01-02T03:04:05.000Z',
  daysLeft: 12,
};

interface Wanted {
  days: number;
  kinds: readonly (typeof KINDS)[number][];
  secretMaxAgeDays?: number | undefined;
}

/** A credential and its end, in milliseconds since the epoch. */
interface Found
  extends Pick<z.output<typeof expiringCredential>, 'kind' | 'name' | 'credentialId' | 'appId'> {
  end: number;
}

/** The credentials that end soon: those of active apps, then API tokens. Keys that apps share are read once. */
export async function* expiringCredentials(context: ActionContext, wanted: Wanted) {
  const now = context.clock.now();
  for await (const { end, ...found } of allCredentials(context, wanted)) {
    const daysLeft = Math.floor((end - now) / DAY_MS);
    if (!(daysLeft < wanted.days)) continue;
    const expiresAt = new Date(end).toISOString();
    yield {
      id: [found.kind, found.appId ?? found.credentialId, expiresAt].join(':'),
      ...found,
      expiresAt,
      daysLeft,
    };
  }
}

async function* allCredentials(context: ActionContext, wanted: Wanted): AsyncGenerator<Found> {
  const { kinds } = wanted;
  if (kinds.includes('saml_certificate') || (kinds.includes('client_secret') && wanted.secretMaxAgeDays)) {
    yield* credentialsOfApps(context, wanted);
  }
  if (!kinds.includes('api_token')) return;
  const call = { method: 'GET', path: '/api/v1/api-tokens', answer: needsOf(apiTokenSchema) } as const;
  for await (const { id, name, expiresAt } of context.list(call)) {
    const end = timeOf(expiresAt);
    if (end !== undefined) yield { kind: 'api_token', name: name ?? id, credentialId: id, end };
  }
}

async function* credentialsOfApps(
  context: ActionContext,
  { kinds, secretMaxAgeDays }: Wanted,
): AsyncGenerator<Found> {
  const ends = new Map<string, number | undefined>();
  const query = { filter: 'status eq "ACTIVE"', limit: 200 };
  for await (const app of context.list({ method: 'GET', path: '/api/v1/apps', query, answer: ssoApp })) {
    const { id: appId, label: name, signOnMode, credentials } = app;
    const kid = credentials?.signing?.kid;
    if (kinds.includes('saml_certificate') && signOnMode?.startsWith('SAML') && kid) {
      if (!ends.has(kid)) {
        const key = (await keysOf(context, appId)).find((one) => one.kid === kid);
        ends.set(kid, timeOf(key?.expiresAt));
      }
      const end = ends.get(kid);
      if (end !== undefined) yield { kind: 'saml_certificate', name, credentialId: kid, appId, end };
    }
    const hasSecret = /^client_secret/.test(String(credentials?.oauthClient?.token_endpoint_auth_method));
    if (!kinds.includes('client_secret') || !secretMaxAgeDays || !hasSecret) continue;
    for (const { id: credentialId, status, created } of await clientSecretsOf(context, appId)) {
      const since = timeOf(created);
      if (status !== 'ACTIVE' || since === undefined) continue;
      yield { kind: 'client_secret', name, credentialId, appId, end: since + secretMaxAgeDays * DAY_MS };
    }
  }
}

function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}
