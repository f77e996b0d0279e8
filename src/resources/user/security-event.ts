import { z } from 'zod';
import { importPrivateKey } from '../../auth/private-key.ts';
import type { ActionContext, CallName } from '../../define.ts';
import { InputError, OktaError } from '../../errors/errors.ts';
import { field, secret } from '../../schema/fields.ts';
import { isRecord } from '../../schema/record.ts';
import { ref } from '../reference.ts';
import { userRef } from './reference.ts';
import { user } from './resource.ts';

const PROVIDERS = '/api/v1/security-events-providers';
const USER = '/api/v1/users/{userId}';
const EVENTS = '/security/api/v1/security-events';

/** Requests that reporting a security event may send. */
export const REPORT_CALLS: readonly CallName[] = [`GET ${PROVIDERS}`, `GET ${USER}`, `POST ${EVENTS}`];
export const REPORT_SCOPES = ['okta.securityEventsProviders.read', 'okta.users.read'] as const;

/** What every report of a security event is given. */
export const reportFields = {
  userId: ref(user),
  reason: field(
    z.string().min(1).max(1000),
    'Reason',
    'Why, for administrators.',
    'Malware found on the laptop',
  ),
  userReason: field(
    z.string().min(1).max(1000).optional(),
    'Reason for the user',
    'Why, in words for the user.',
    'Your laptop needs a check.',
  ),
  initiatedBy: field(
    z.enum(['admin', 'user', 'policy', 'system']).default('system'),
    'Initiated by',
    'Who or what caused it.',
    'system',
  ),
  issuer: field(
    z.string().min(1).max(700),
    'Issuer',
    'Who reports it: the issuer of the security events provider that is registered in Okta, to the letter.',
    'https://edr.acme.test',
  ),
  privateKey: secret(
    field(
      z.string().min(1),
      'Private key',
      'RSA key of the provider, PEM or JWK; its public half is at the URL that is registered.',
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----\n',
    ),
  ),
  keyId: field(
    z.string().min(1).optional(),
    'Key ID',
    'The kid of the key at that URL. Default: that of a JWK, else its thumbprint.',
    'key-1',
  ),
  audience: field(
    z.string().min(1).optional(),
    'Audience',
    'The org as the token names it. Default: its URL.',
    'https://acme.okta.com/',
  ),
};

/** What a report says in the end. */
export const reportOutput = z.object({
  userId: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
  providerId: field(
    z.string(),
    'Provider ID',
    'The security events provider in Okta.',
    'sse1abcdefghijklmnop',
  ),
  eventId: field(
    z.string(),
    'Event ID',
    'Id of the token (jti). Okta took it, and acts on it later: look for security.events.provider.receive_event in the System Log.',
    '3q2-7wAAAAAAAAAAAAAAAA',
  ),
});

type Report = z.output<z.ZodObject<typeof reportFields>>;

const providersAnswer = z.array(
  z.object({
    id: z.string(),
    status: z.string(),
    settings: z.looseObject({ issuer: z.string().nullish() }).nullish(),
  }),
);
const userAnswer = z.object({ id: z.string(), profile: z.looseObject({ email: z.string().nullish() }) });

/**
 * Reports a security event about a user to Okta: a token signed with the key of a registered provider, which is all that Okta asks
 * for. Provider and user are read first, since Okta says nothing of an event that it drops.
 * @param type a URL.
 * @param members of the event, besides what every report has.
 * @throws OktaError `not_found` and `wrong_state` for a provider that is not there or not active; InputError for an unusable key.
 */
export async function reportSecurityEvent(
  context: ActionContext,
  report: Report,
  { type, members = {} }: { type: string; members?: object },
): Promise<z.output<typeof reportOutput>> {
  const key = await signingKeyOf(report);
  const providerId = await providerOf(context, report.issuer);
  const params = { userId: await userRef(context, report.userId) };
  const { json: person } = await context.call({ method: 'GET', path: USER, params, answer: userAnswer });
  const { email } = person.profile;
  if (!email)
    throw new InputError('The user has no e-mail address, by which Okta would know whom it is about');
  const seconds = Math.floor(context.clock.now() / 1000);
  const event = {
    // Not as Okta sends it: here the user is a member of the subject.
    subject: { user: { format: 'email', email } },
    event_timestamp: seconds,
    initiating_entity: report.initiatedBy,
    reason_admin: { en: report.reason },
    ...(report.userReason ? { reason_user: { en: report.userReason } } : {}),
    ...members,
  };
  const eventId = Buffer.from(context.random(16)).toString('base64url');
  const { SignJWT } = await import('jose');
  const token = await new SignJWT({ events: { [type]: event } })
    .setProtectedHeader({ alg: 'RS256', typ: 'secevent+jwt', kid: key.kid ?? key.thumbprint })
    .setIssuer(report.issuer)
    .setAudience(report.audience ?? context.orgUrl)
    .setIssuedAt(seconds)
    .setJti(eventId)
    .sign(key.key);
  await send(context, token);
  return { userId: person.id, providerId, eventId };
}

async function signingKeyOf({ privateKey, keyId }: Report) {
  const key = await importPrivateKey(privateKey, keyId);
  if (key.alg === 'RS256') return key;
  throw new InputError(`Security events are signed with RS256, for which a key for ${key.alg} is of no use`, {
    hint: 'Make an RSA key, and put its public half where the provider is registered.',
  });
}

/** The id of the provider with this issuer. */
async function providerOf(context: ActionContext, issuer: string): Promise<string> {
  const { json } = await context.call({ method: 'GET', path: PROVIDERS, answer: providersAnswer });
  const request = { method: 'GET', pathTemplate: PROVIDERS };
  const found = json.find(({ settings }) => settings?.issuer === issuer);
  const bare = (text = '') => text.replace(/\/+$/, '').toLowerCase();
  const similar = json.find(({ settings }) => bare(settings?.issuer ?? '') === bare(issuer));
  if (!found) {
    throw new OktaError(`No security events provider has the issuer ${issuer}`, {
      ...{ code: 'not_found', actor: 'admin', request },
      hint: similar
        ? `One has ${similar.settings?.issuer}: the two must be equal to the letter.`
        : 'Register it in the Admin Console (Security, Device Integrations, Receive shared signals) with its issuer and the URL of its keys.',
    });
  }
  if (found.status === 'ACTIVE') return found.id;
  throw new OktaError(`The security events provider ${found.id} is not active: Okta would drop the event`, {
    ...{ code: 'wrong_state', actor: 'admin', request },
    hint: 'Activate it in Okta.',
  });
}

const HINTS: Readonly<Record<string, string>> = {
  invalid_key:
    'Okta must reach the URL of the keys that is registered, and find the public half of this key there, with its kid.',
  authentication_failed: 'Check that the key is the one whose public half is at the registered URL.',
  invalid_issuer: 'The issuer must equal that of the provider to the letter.',
  invalid_audience:
    'Set the audience to the URL of the org as Okta expects it: with or without a slash at its end.',
};

async function send(context: ActionContext, token: string): Promise<void> {
  const headers = { 'content-type': 'application/secevent+jwt' };
  const { status, json } = await context.unsigned({ method: 'POST', path: EVENTS, headers, text: token });
  if (status === 202) return;
  const { err, description } = (isRecord(json) ? json : {}) as { err?: unknown; description?: unknown };
  const why = typeof description === 'string' ? description : `Okta answered with ${status}`;
  throw new OktaError(`Okta refused the security event: ${why}`, {
    code: status === 400 && typeof err === 'string' ? 'validation_failed' : 'unexpected_response',
    actor: 'caller',
    status,
    oktaCode: typeof err === 'string' ? err : undefined,
    hint: HINTS[String(err)],
    request: { method: 'POST', pathTemplate: EVENTS },
  });
}
