import { notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { factorKind, factorOf, hiddenOf, logFactor } from './factor.ts';
import { sharedSecretOf } from './pass-code.ts';
import { checkPassCode } from './pass-code-check.ts';
import { send } from './send.ts';
import { factorTypes } from './types.ts';

const one = `${factorKind.path}/:factorId`;
const transaction = `${one}/transactions/:transactionId`;
const pushLifetimeMs = 300_000;

/** Verifying that a user has a factor. */
export const verifyEndpoints: Endpoint[] = [
  { method: 'POST', path: `${one}/verify`, scope: 'okta.users.manage', handle: verify },
  {
    ...{ method: 'GET', path: transaction, scope: 'okta.users.read' },
    handle(call) {
      const factor = factorOf(call);
      return ok(transactionView(call, factor, settled(call, factor)));
    },
  },
  { method: 'DELETE', path: transaction, scope: 'okta.users.manage', handle: cancel },
];

function verify(call: Call): Answer {
  const factor = factorOf(call);
  if (factor.body.status !== 'ACTIVE') throw oktaError('E0000180');
  const type = factorTypes[String(factor.body.factorType)];
  const { passCode, answer, useNumberMatchingChallenge } = isObject(call.body) ? call.body : {};
  if (factor.body.factorType === 'push') return push(call, factor, useNumberMatchingChallenge === true);
  if (type?.sendsTo && passCode === undefined) return challenge(call, factor);
  try {
    if (factor.body.factorType !== 'question') checkPassCode(call, factor, passCode);
    else if (answer !== hiddenOf(factor.body).answer) throw oktaError('E0000068');
  } catch (error) {
    logResult(call, factor, 'INVALID_CREDENTIALS');
    throw error;
  }
  logResult(call, factor);
  return ok({ factorResult: 'SUCCESS' });
}

function logResult(call: Call, factor: StoredObject, reason: string | null = null): void {
  const result = reason === null ? 'SUCCESS' : 'FAILURE';
  logFactor(call, 'user.authentication.auth_via_mfa', factor, { result, reason });
}

/** Sends a code to verify with. */
function challenge(call: Call, factor: StoredObject): Answer {
  const type = factorTypes[String(factor.body.factorType)];
  const sent = type ? send(call, type, factor.body.profile as Json) : {};
  call.org.objects.put({ ...factor, body: { ...factor.body, ...sent } });
  return ok({ factorResult: 'CHALLENGE', profile: factor.body.profile, _links: againLinks(call, factor) });
}

/** Asks the user's phone. */
function push(call: Call, factor: StoredObject, withNumber: boolean): Answer {
  const { org } = call;
  const id = org.ids.next('mst');
  const now = org.clock.seconds();
  // From 10 to 99, like the number that the user's phone asks for.
  const body = withNumber ? { correctAnswer: 10 + ((sharedSecretOf(id).codePointAt(0) ?? 0) % 90) } : {};
  const list = `${factor.list}/${factor.id}/transactions`;
  const sent = org.objects.put({ id, list, created: now, lastUpdated: now, body });
  logFactor(call, 'system.push.send_factor_verify_push', factor);
  const { profile, ...answer } = transactionView(call, factor, sent);
  return { status: 201, body: answer };
}

function transactionOf(call: Call): StoredObject {
  const { id, factorId, transactionId } = call.params;
  const list = `/api/v1/users/${id}/factors/${factorId}/transactions`;
  const found = call.org.objects.get(list, String(transactionId));
  if (!found) throw notFound(String(transactionId), 'Transaction');
  return found;
}

function cancel(call: Call): Answer {
  factorOf(call);
  const found = transactionOf(call);
  call.org.objects.put({ ...found, body: { ...found.body, factorResult: 'CANCELLED' } });
  return noContent;
}

/** The transaction that a call addresses; from the end on it keeps its result. */
function settled(call: Call, factor: StoredObject): StoredObject {
  const sent = transactionOf(call);
  const factorResult = resultOf(call, sent);
  if (factorResult === 'WAITING' || sent.body.factorResult) return sent;
  logResult(call, factor, factorResult === 'SUCCESS' ? null : factorResult);
  return call.org.objects.put({ ...sent, body: { ...sent.body, factorResult } });
}

/** What the phone answered so far. */
function resultOf({ org }: Call, { created, body }: StoredObject): string {
  if (body.factorResult) return String(body.factorResult);
  const { phone, phoneDelayMs } = org.settings;
  const age = org.clock.now() - created;
  if (phone !== 'OFF' && phoneDelayMs < pushLifetimeMs && age >= phoneDelayMs)
    return phone === 'APPROVES' ? 'SUCCESS' : 'REJECTED';
  return age < pushLifetimeMs ? 'WAITING' : 'TIMEOUT';
}

function transactionView(call: Call, factor: StoredObject, sent: StoredObject): Json {
  const factorResult = resultOf(call, sent);
  if (factorResult === 'SUCCESS') return { factorResult };
  const { credentialId } = (factor.body.profile ?? {}) as Json;
  const profile = { credentialId };
  if (factorResult !== 'WAITING') return { factorResult, profile, _links: againLinks(call, factor) };
  const { created, list, id, body } = sent;
  const self = `${call.origin}${list}/${id}`;
  return {
    expiresAt: new Date(created + pushLifetimeMs).toISOString(),
    factorResult,
    profile,
    _links: {
      poll: { href: self, hints: { allow: ['GET'] } },
      cancel: { href: self, hints: { allow: ['DELETE'] } },
    },
    ...(body.correctAnswer === undefined ? {} : { _embedded: { challenge: body } }),
  };
}

function againLinks({ origin }: Call, { list, id }: StoredObject): Json {
  const self = `${origin}${list}/${id}`;
  return {
    verify: { href: `${self}/verify`, hints: { allow: ['POST'] } },
    factor: { href: self, hints: { allow: ['GET', 'DELETE'] } },
  };
}
