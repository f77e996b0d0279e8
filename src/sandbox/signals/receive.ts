import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose';
import { Refusal } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { securityEventsProviderKind } from '../provisioning/security-events.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { setRiskLevel } from '../user-objects/risk.ts';
import type { User } from '../users/user.ts';

/** Takes the signed events of registered providers. The token is the only proof: no credential of the API counts. */
export const securityEventEndpoints: Endpoint[] = [
  {
    ...{ method: 'POST', path: '/security/api/v1/security-events', handle: receive },
    takes: ['application/secevent+jwt'],
  },
];

const userRisk = 'https://schemas.okta.com/secevent/okta/event-type/user-risk-change';
const levels = ['low', 'medium', 'high', 'secure', 'none'];

/** The events that are taken: Okta's name of each in its errors, and the members with the values that they may have. */
const known: Readonly<
  Record<string, { name: string; members: Readonly<Record<string, readonly string[]>> }>
> = {
  [userRisk]: {
    name: 'oktaUserRiskChangeEvent',
    members: { current_level: levels, previous_level: levels },
  },
  'https://schemas.okta.com/secevent/okta/event-type/device-risk-change': {
    name: 'oktaDeviceRiskChangeEvent',
    members: { current_level: levels, previous_level: levels },
  },
  'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {
    name: 'caepSessionRevokedEvent',
    members: {},
  },
  'https://schemas.openid.net/secevent/caep/event-type/device-compliance-change': {
    name: 'mediationDeviceComplianceChangeEvent',
    members: {
      current_status: ['compliant', 'not-compliant'],
      previous_status: ['compliant', 'not-compliant'],
    },
  },
};

const refusal = (err: string, description: string) => new Refusal(400, { err, description });
const blank = (path: string) =>
  refusal(
    'invalid_request',
    `Failed claim validation in security event token. '${path}': The field cannot be left blank`,
  );

async function receive(call: Call): Promise<Answer> {
  const token = String(call.body);
  const { iss } = readable(() => decodeJwt(token));
  if (!/^(application\/)?secevent\+jwt$/i.test(String(readable(() => decodeProtectedHeader(token)).typ)))
    throw refusal('invalid_request', 'The type of the token must be secevent+jwt');
  const providers = [...call.org.objects.of(securityEventsProviderKind.path)];
  const provider = providers.find(({ body }) => (body.settings as Json).issuer === iss);
  if (!provider) throw refusal('invalid_issuer', 'Issuer does not match a security events provider');
  const claims = await verified(call, token, provider);
  const events = Object.entries(isObject(claims.events) ? claims.events : {});
  if (events.length === 0) throw blank('events');
  for (const [type, event] of events) check(type, event);
  // Everything from here on is accepted, whether or not it does anything.
  const list = `/security/${provider.id}/received`;
  const id = String(claims.jti);
  const isNew = !call.org.objects.get(list, id);
  const now = call.org.clock.seconds();
  call.org.objects.put({ id, list, created: now, lastUpdated: now, body: {} });
  if (isNew && provider.body.status === 'ACTIVE')
    for (const [type, event] of events) take(call, provider, type, event as Json);
  return { status: 202 };
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw refusal('invalid_request', 'The security event token cannot be parsed');
  }
}

async function verified(call: Call, token: string, { body }: StoredObject): Promise<Json> {
  const { jwks_url: url } = body.settings as Json;
  const keys = await keysAt(call, String(url));
  try {
    const audience = [call.origin, `${call.origin}/`];
    const currentDate = new Date(call.org.clock.now());
    const options = { algorithms: ['RS256'], audience, requiredClaims: ['jti', 'iat'], currentDate };
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
      throw refusal('invalid_audience', 'Audience does not match the org');
    if (error instanceof errors.JWTClaimValidationFailed) throw blank(error.claim);
    if (error instanceof errors.JWKSNoMatchingKey) throw refusal('invalid_key', 'No key has this kid');
    throw refusal('authentication_failed', 'The signature could not be verified');
  }
}

/** The keys at a URL: those that a test has put there, or what is really there. */
async function keysAt({ org }: Call, url: string) {
  try {
    const given = org.providerKeys.get(url);
    const found = given ? { keys: given } : await (await fetch(url)).json();
    return createLocalJWKSet(found as JSONWebKeySet);
  } catch {
    throw refusal('invalid_key', 'The keys of the provider could not be read');
  }
}

function check(type: string, event: unknown): void {
  const expected = known[type];
  if (!expected) throw refusal('invalid_request', `The event type ${type} is not supported`);
  const { name, members } = expected;
  const at = `events.${name}`;
  if (!isObject(event)) throw blank(at);
  if (typeof event.event_timestamp !== 'number') throw blank(`${at}.eventTimestamp`);
  const { subject } = event;
  if (!isObject(subject) || !(isObject(subject.user) || isObject(subject.device)))
    throw blank(`${at}.subject`);
  for (const [member, values] of Object.entries(members))
    if (!values.includes(String(event[member])))
      throw blank(`${at}.${member.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())}`);
  const reasons = [event.reason_admin, event.reason_user];
  if (!reasons.some((reason) => isObject(reason) && typeof reason.en === 'string'))
    throw blank(`${at}.reasonAdmin`);
}

/** An event about nobody known is dropped without a trace. The level of a risk counts as it is told, where Okta weighs it. */
function take(call: Call, provider: StoredObject, type: string, event: Json): void {
  const user = userOf(call, (event.subject as Json).user);
  if (!user) return;
  const { id } = provider;
  const displayName = String(provider.body.name);
  const actor = { id, type: 'SecurityEventsProvider', alternateId: id, displayName, detailEntry: null };
  const by = { ...call, principal: { actor } };
  record(by, 'security.events.provider.receive_event', { target: [userParty(user)], debugData: { type } });
  if (type === userRisk) setRiskLevel(by, user, String(event.current_level).toUpperCase());
}

function userOf({ org }: Call, subject: unknown): User | undefined {
  if (!isObject(subject) || subject.format !== 'email') return undefined;
  return [...org.users.from()].find(({ profile }) => profile.email === subject.email);
}
