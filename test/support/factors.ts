import { passCodeIn, stepAt } from '../../src/sandbox/factors/pass-code.ts';
import type { Org } from './arrange.ts';

interface Owner {
  id: string;
}

interface Enrolled extends Owner {
  created: string;
  status: string;
  _embedded: { activation: { sharedSecret: string } };
}

export const SMS = { factorType: 'sms', provider: 'OKTA', profile: { phoneNumber: '+15554151337' } };
export const QUESTION = {
  factorType: 'question',
  provider: 'OKTA',
  profile: { question: 'disliked_food', answer: 'meatball' },
};

/** Enrolls a factor for a user. */
export const enrolled = (org: Org, { id }: Owner, factor: object, query = ''): Promise<Enrolled> =>
  org.api('POST', `/api/v1/users/${id}/factors${query}`, factor);

/** A Google Authenticator that waits for its activation, and the code that it shows. */
export async function pendingApp(org: Org, user: Owner) {
  const factor = await enrolled(org, user, { factorType: 'token:software:totp', provider: 'GOOGLE' });
  const { sharedSecret } = factor._embedded.activation;
  return { id: factor.id, passCode: passCodeIn(stepAt(Date.parse(factor.created)), sharedSecret) };
}

/** A push factor that the phone of the user has activated. @throws NeedsSandbox */
export async function activePush(org: Org, user: Owner): Promise<Enrolled> {
  const { id } = await enrolled(org, user, { factorType: 'push', provider: 'OKTA' });
  await org.control('POST', '/clock', { advanceMs: 6_000 });
  return org.api('POST', `/api/v1/users/${user.id}/factors/${id}/lifecycle/activate/poll`);
}
