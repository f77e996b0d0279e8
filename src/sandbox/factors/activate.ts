import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { viewOf } from '../kinds/endpoints.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { activated, factorKind, factorOf } from './factor.ts';
import { checkPassCode } from './pass-code-check.ts';
import { send } from './send.ts';
import { factorTypes } from './types.ts';

const one = `${factorKind.path}/:factorId`;
const manage = 'okta.users.manage';

/** Activating a new factor: with a code, or on the phone. */
export const activationEndpoints: Endpoint[] = [
  { method: 'POST', path: `${one}/lifecycle/activate`, scope: manage, handle: activate },
  { method: 'POST', path: `${one}/lifecycle/activate/poll`, scope: manage, handle: poll },
  { method: 'POST', path: `${one}/resend`, scope: manage, handle: resend },
];

function activate(call: Call): Answer {
  const factor = factorOf(call);
  if (factor.body.status === 'ACTIVE') throw oktaError('E0000107');
  if (factor.body.factorType === 'push') return poll(call);
  const passCode = isObject(call.body) ? call.body.passCode : undefined;
  checkPassCode(call, factor, passCode);
  return ok(
    viewOf(call, factorKind, activated(call, call.org.objects.get(factor.list, factor.id) as StoredObject)),
  );
}

/** A push factor becomes active when the user's phone has scanned its code. */
function poll(call: Call): Answer {
  const factor = factorOf(call);
  const { phone, phoneDelayMs } = call.org.settings;
  const isScanned = phone !== 'OFF' && call.org.clock.now() >= factor.created + phoneDelayMs;
  if (factor.body.status === 'ACTIVE' || !isScanned) return ok(pollView(call, factor));
  const { login } = call.org.users.get(String(call.params.id))?.profile ?? {};
  const profile = {
    ...{ credentialId: login, deviceType: 'SmartPhone_IPhone', name: 'iPhone' },
    ...{ platform: 'IOS', version: '18.6.2' },
  };
  return ok(viewOf(call, factorKind, activated(call, factor, { profile })));
}

function pollView(call: Call, factor: StoredObject): Json {
  const whole = viewOf(call, factorKind, factor);
  return isObject(whole._embedded) ? (whole._embedded.activation as Json) : whole;
}

/** Sends the code again. */
function resend(call: Call): Answer {
  const factor = factorOf(call);
  const type = factorTypes[String(factor.body.factorType)];
  if (!type?.sendsTo) throw oktaError('E0000060');
  const sent = send(call, type, factor.body.profile as Json);
  return ok(viewOf(call, factorKind, call.org.objects.put({ ...factor, body: { ...factor.body, ...sent } })));
}
