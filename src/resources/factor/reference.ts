import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { noSuch } from '../reference.ts';
import { FACTOR_TYPES } from './schema.ts';

/** Path of the factors of a user. */
export const FACTORS = '/api/v1/users/{userId}/factors';

/** The members of a factor by which people tell it from others. */
export const listedFactor = z.object({
  id: z.string(),
  factorType: z.string(),
  provider: z.string(),
  status: z.string(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});

type Listed = z.output<typeof listedFactor>;

const TYPES: Readonly<Record<string, string>> = {
  ...{ push: 'verify push', signed_nonce: 'FastPass', sms: 'SMS', call: 'voice call', email: 'e-mail' },
  ...{ question: 'security question', webauthn: 'passkey', u2f: 'security key (U2F)' },
  ...{ 'token:software:totp': 'authenticator app', 'token:hotp': 'custom token' },
  ...{ token: 'token', 'token:hardware': 'hardware token' },
};

const PROVIDERS: Readonly<Record<string, string>> = { OKTA: 'Okta', GOOGLE: 'Google', YUBICO: 'Yubico' };

/** `Okta verify push, ACTIVE, iPhone` */
export function factorLabel({ factorType, provider, status, profile }: Listed): string {
  const { name, phoneNumber, email, questionText, authenticatorName } = profile ?? {};
  const what = `${PROVIDERS[provider] ?? provider} ${TYPES[factorType] ?? factorType}`;
  const which = name ?? phoneNumber ?? email ?? questionText ?? authenticatorName;
  return [what, status, ...(which === undefined ? [] : [which])].join(', ');
}

/**
 * The id of a user's factor: the only one of a type, or the reference itself.
 * @param reference an id or a type: `push`.
 * @throws InputError if the user has several of this type; OktaError `not_found` if none.
 */
export async function factorRef(
  context: ActionContext,
  reference: string,
  { userId = '' }: Record<string, string> = {},
  isWanted: (factor: Listed) => boolean = () => true,
): Promise<string> {
  if (!FACTOR_TYPES.some((type) => type === reference)) return reference;
  const call = { method: 'GET', path: FACTORS, params: { userId }, answer: listedFactor } as const;
  const found: Listed[] = [];
  for await (const factor of context.list(call))
    if (factor.factorType === reference && isWanted(factor)) found.push(factor);
  const [only, ...others] = found;
  if (!only) throw noSuch(`${reference} factor`, 'user', FACTORS);
  if (others.length === 0) return only.id;
  const names = found.map((factor) => `${factor.id} (${factorLabel(factor)})`);
  throw new InputError(`The user has ${found.length} factors of the type ${reference}: ${names.join('; ')}`, {
    hint: 'Give the id of the one you mean as factorId.',
  });
}
