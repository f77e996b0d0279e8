import { invalid, oktaError } from '../errors.ts';
import { type Call, flag } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { userOfCall } from '../users/find.ts';
import { questionProfile } from './questions.ts';
import { send } from './send.ts';
import { type FactorType, factorTypes } from './types.ts';

const refused = (cause: string) => invalid('factorEnrollRequest', cause);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A new factor from the body of an enrolment. @throws Refusal */
export function enrol(call: Call, body: Json): Json {
  const { factorType, provider } = body;
  const type = factorTypes[String(factorType)];
  if (!type) throw refused('factorType: not a factor that can be enrolled');
  if (!type.providers.includes(String(provider))) throw refused('provider: does not have this factor');
  const members = membersOf(call, type, body);
  const replaced = pendingFactor(call, body, members);
  const activates = flag(call, 'activate', false) && (type.sendsTo !== undefined || type.ready === true);
  const isReady = activates || type.ready === true;
  const sent = isReady ? {} : send(call, type, members.profile as Json | undefined);
  if (replaced) call.org.objects.delete(replaced);
  const status = isReady ? 'ACTIVE' : 'PENDING_ACTIVATION';
  return { factorType, provider, vendorName: provider, status, ...members, ...sent };
}

/** Profile and hidden members, by type. */
function membersOf(call: Call, { sendsTo }: FactorType, body: Json): Json {
  const user = userOfCall(call);
  const profile = isObject(body.profile) ? body.profile : {};
  const { phoneNumber, phoneExtension, email, credentialId, sharedSecret } = profile;
  if (sendsTo === 'phoneNumber') {
    if (!/^\+?[\d\s().-]{7,}$/.test(String(phoneNumber ?? ''))) throw oktaError('E0000098');
    return { profile: { phoneNumber, ...(isText(phoneExtension) ? { phoneExtension } : {}) } };
  }
  if (sendsTo === 'email') return { profile: { email: isText(email) ? email : user.profile.email } };
  const passCode = isObject(body.verify) ? body.verify.passCode : undefined;
  switch (body.factorType) {
    case 'question':
      return questionProfile(profile);
    case 'token:software:totp':
      return { profile: { credentialId: user.profile.login } };
    case 'token:hotp':
      if (!isText(body.factorProfileId) || !isText(sharedSecret))
        throw refused('factorProfileId and sharedSecret are required');
      return {};
    case 'token':
    case 'token:hardware':
      if (!isText(passCode)) throw oktaError('E0000068', '', ['passCode is required']);
      return { profile: { credentialId: isText(credentialId) ? credentialId : passCode.slice(0, 12) } };
    default:
      return {};
  }
}

/**
 * The factor that waits for its activation and is replaced by a new one: a user has one factor of each type and provider.
 * @throws Refusal E0000001 for one that is active, and for another phone number without `updatePhone`.
 */
function pendingFactor(
  call: Call,
  { factorType, provider }: Json,
  { profile }: Json,
): StoredObject | undefined {
  const mine = [...call.org.objects.of(`/api/v1/users/${userOfCall(call).id}/factors`)];
  const known = mine.find(({ body }) => body.factorType === factorType && body.provider === provider);
  if (known?.body.status === 'ACTIVE') throw refused('A factor of this type is already set up.');
  if (known && numberOf(known.body.profile) !== numberOf(profile) && !flag(call, 'updatePhone', false))
    throw refused('There is an existing phone number: updatePhone replaces it.');
  return known;
}

const numberOf = (profile: unknown): unknown => (isObject(profile) ? profile.phoneNumber : undefined);
