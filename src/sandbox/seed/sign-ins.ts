import type { App } from '../apps/app-store.ts';
import type { Org } from '../org.ts';
import type { SeededRandom } from '../random.ts';
import type { EventFields } from '../system-log/event.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { browsers, networkAddresses } from '../system-log/sign-in-places.ts';
import type { User } from '../users/user.ts';
import { day } from './base.ts';

interface SignIn {
  user: User;
  at: number;
  random: SeededRandom;
}

/** Adds a few days of successful and failed sign-ins, some followed by single sign-on to an app. */
export function addSignIns(org: Org, users: User[], apps: App[], count: number, random: SeededRandom): void {
  const now = org.clock.now();
  const moments = Array.from(
    { length: count },
    () => now - Math.floor(random.next() * 5 * day) - 60_000,
  ).sort();
  for (const at of moments) {
    const signIn = { user: random.pick(users), at, random };
    const failed = random.next() < 0.3;
    append(org, signIn, 'user.session.start', {
      displayMessage: 'User login to Okta',
      legacyEventType: failed ? 'core.user_auth.login_failed' : 'core.user_auth.login_success',
      outcome: failed
        ? { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' }
        : { result: 'SUCCESS', reason: null },
      debugContext: { debugData: { requestUri: '/idp/idx/identify' } },
    });
    if (failed || apps.length === 0) continue;
    append(org, { ...signIn, at: at + 4000 }, 'user.authentication.sso', {
      target: [appParty(random.pick(apps))],
      debugContext: { debugData: { requestUri: '/app/sso' } },
    });
  }
}

function append(org: Org, { user, at, random }: SignIn, eventType: string, fields: EventFields): void {
  const [browser, os, rawUserAgent] = random.pick(browsers);
  const client = {
    ipAddress: random.pick(networkAddresses),
    zone: 'OFF_NETWORK',
    device: 'Computer',
    userAgent: { rawUserAgent, os, browser },
  };
  const uuid = random.uuid();
  org.log.append({
    eventType,
    uuid,
    published: at,
    persisted: at,
    fields: { actor: userParty(user), client, ...fields },
  });
}
