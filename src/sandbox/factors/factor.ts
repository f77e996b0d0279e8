import { oktaError } from '../errors.ts';
import type { Call } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { found, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { EventType } from '../system-log/event-types.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userOfCall } from '../users/find.ts';
import { enrol } from './enrol.ts';
import { passCodeIn, sharedSecretOf, stepAt, timeStep } from './pass-code.ts';
import { questionProfile } from './questions.ts';
import { factorTypes } from './types.ts';

/** The older first; those that nobody activated come last. */
function order(a: StoredObject, b: StoredObject): number {
  const pending = ({ body }: StoredObject) => Number(body.status === 'PENDING_ACTIVATION');
  const older = a.created - b.created || (a.id.slice(3) < b.id.slice(3) ? -1 : 1);
  return pending(a) - pending(b) || older;
}

/** A user's factors: how the user proves who they are, besides the password. */
export const factorKind = defineKind({
  path: '/api/v1/users/:id/factors',
  param: 'factorId',
  prefix: ({ factorType }) => factorTypes[String(factorType)]?.prefix ?? 'fct',
  type: 'UserFactor',
  scope: 'okta.users',
  // Their ids begin with their type, so they are not in the order of creation.
  list: { order },
  guard: ownedByUser,
  make: enrol,
  change(_, body, { body: known }) {
    if (known.factorType !== 'question') throw oktaError('E0000060');
    return { ...known, ...questionProfile(isObject(body.profile) ? body.profile : {}) };
  },
  view,
  events: { update: 'user.mfa.factor.update' },
  nameOf: ({ body }) => nameOf(body),
  made(call, factor) {
    if (factor.body.status === 'ACTIVE') logFactor(call, 'user.mfa.factor.activate', factor);
  },
  deleted(call, factor) {
    logFactor(call, 'user.mfa.factor.deactivate', factor);
    if (isOktaVerify(factor)) removeFactors(call, isOktaVerify);
  },
});

/** The path may have a login: from here on it has the id. */
export function ownedByUser(call: Call): void {
  call.params.id = userOfCall(call).id;
}

/** The factor that a call addresses. @throws Refusal E0000007 */
export function factorOf(call: Call): StoredObject {
  ownedByUser(call);
  return found(call, factorKind);
}

/** Removes factors of the user of a call, and logs each. */
export function removeFactors(call: Call, wanted: (factor: StoredObject) => boolean = () => true): void {
  const { id } = userOfCall(call);
  for (const factor of [...call.org.objects.of(`/api/v1/users/${id}/factors`)].filter(wanted)) {
    call.org.objects.delete(factor);
    logFactor(call, 'user.mfa.factor.deactivate', factor);
  }
}

/** One app on one phone has these; without one of them the others cannot work. */
function isOktaVerify({ body: { factorType, provider } }: StoredObject): boolean {
  return provider === 'OKTA' && ['push', 'signed_nonce', 'token:software:totp'].includes(String(factorType));
}

const nameOf = ({ factorType }: Json): string => factorTypes[String(factorType)]?.name ?? String(factorType);

/** Logs what happened to a factor. */
export function logFactor(
  call: Call,
  event: EventType,
  { id, body }: StoredObject,
  outcome?: { result: string; reason: string | null },
): void {
  const type = 'AuthenticatorEnrollment';
  const enrolment = { id, type, alternateId: 'unknown', displayName: nameOf(body), detailEntry: null };
  record(call, event, { target: [userParty(userOfCall(call)), enrolment], outcome });
}

/** Changes the status of a factor. */
export function activated(call: Call, factor: StoredObject, members: Json = {}): StoredObject {
  const lastUpdated = call.org.clock.seconds();
  const body = { ...factor.body, ...members, status: 'ACTIVE' };
  const active = call.org.objects.put({ ...factor, lastUpdated, body });
  logFactor(call, 'user.mfa.factor.activate', active);
  return active;
}

/** The step whose code a factor takes: now for an app, the time of the last message otherwise. */
export function stepOf({ body }: StoredObject, now: number): number {
  const { sentAt } = hiddenOf(body);
  return stepAt(sentAt ?? now);
}

/** What a factor knows and never shows. */
interface Hidden {
  answer?: string;
  /** When the last code was sent, and for how many seconds it is valid. */
  sentAt?: number;
  lifetime?: number;
  /** The step of the last code that was used. */
  usedStep?: number;
}

export const hiddenOf = (body: Json): Hidden => (body.hidden ?? {}) as Hidden;

function view(call: Call, factor: StoredObject): Json {
  const { hidden, ...body } = factor.body;
  const embedded = activationOf(call, factor);
  return {
    ...plainView(call, factorKind, { ...factor, body }),
    _links: linksOf(call, factor),
    ...(embedded ? { _embedded: { activation: embedded } } : {}),
  };
}

/** The code to type in, for the tests' phones and mailboxes. */
export const passCodeOf = (factor: StoredObject, now: number): string =>
  passCodeIn(stepOf(factor, now), sharedSecretOf(factor.id));

const link = (href: string, ...allow: string[]) => ({ href, hints: { allow } });

function linksOf({ origin }: Call, { id, list, body: { factorType, status } }: StoredObject): Json {
  const self = `${origin}${list}/${id}`;
  const user = link(`${origin}${list.replace(/\/factors$/, '')}`, 'GET');
  if (status === 'ACTIVE') {
    return {
      ...(factorType === 'question' ? { questions: link(`${origin}${list}/questions`, 'GET') } : {}),
      ...(factorType === 'question' || factorType === 'signed_nonce'
        ? {}
        : { verify: link(`${self}/verify`, 'POST') }),
      self: link(self, 'GET', 'DELETE'),
      user,
    };
  }
  const sends = factorTypes[String(factorType)]?.sendsTo !== undefined;
  return {
    ...(sends ? { resend: [{ name: factorType, ...link(`${self}/resend`, 'POST') }] } : {}),
    ...(factorType === 'push'
      ? { poll: link(`${self}/lifecycle/activate/poll`, 'POST') }
      : { activate: link(`${self}/lifecycle/activate`, 'POST') }),
    self: link(self, 'GET'),
    user,
  };
}

/** What the user's app or browser needs to activate a new factor. */
function activationOf({ origin, org }: Call, { id, list, created, body }: StoredObject): Json | undefined {
  if (body.status !== 'PENDING_ACTIVATION') return undefined;
  const self = `${origin}${list}/${id}`;
  const secret = sharedSecretOf(id);
  const qrcode = { href: `${self}/qr/00${secret.toLowerCase()}`, type: 'image/png' };
  if (body.factorType === 'token:software:totp')
    return { timeStep, sharedSecret: secret, encoding: 'base32', keyLength: 6, _links: { qrcode } };
  if (body.factorType === 'push') {
    const send = ['email', 'sms'].map((name) => ({
      name,
      ...link(`${self}/lifecycle/activate/${name}`, 'POST'),
    }));
    const expiresAt = new Date(created + 600_000).toISOString();
    return { expiresAt, factorResult: 'WAITING', _links: { send, qrcode } };
  }
  if (body.factorType === 'webauthn')
    return { attestation: 'direct', challenge: secret, rp: { name: org.id }, excludeCredentials: [] };
  return body.factorType === 'u2f' ? { version: 'U2F_V2', nonce: secret, timeoutSeconds: 20 } : undefined;
}
