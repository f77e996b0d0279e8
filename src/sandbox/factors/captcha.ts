import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { record } from '../system-log/record.ts';

/** The captchas of the org. */
export const captchaKind = defineKind({
  path: '/api/v1/captchas',
  param: 'captchaId',
  prefix: 'cap',
  type: 'CAPTCHAInstance',
  scope: 'okta.captchas',
  serves: ['list', 'read', 'create', 'replace', 'update', 'delete'],
  created: 201,
  view(call, captcha) {
    const { created, lastUpdated, secretKey, ...members } = plainView(call, captchaKind, captcha);
    return members;
  },
  events: {
    create: 'system.captcha.create',
    update: 'system.captcha.update',
    delete: 'system.captcha.delete',
  },
});

const path = '/api/v1/org/captcha';
const pages = ['SSR', 'SSPR', 'SIGN_IN'];

/** On which pages the org shows which captcha. */
export const orgCaptchaEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.captchas.read', handle: (call) => ok(settingsView(call)) },
  { method: 'PUT', path, scope: 'okta.captchas.manage', handle: replace },
  { method: 'DELETE', path, scope: 'okta.captchas.manage', handle: clear },
];

function settingsView({ origin, org }: Call): Json {
  const { enabledPages = [], captchaId = null } = org.objects.get(path, 'settings')?.body ?? {};
  const href = `${origin}${captchaKind.path}/${captchaId}`;
  const captcha = { href, hints: { allow: ['GET', 'POST', 'PUT', 'DELETE'] } };
  const self = { href: `${origin}${path}`, hints: { allow: ['GET', 'PUT'] } };
  return { enabledPages, captchaId, _links: { ...(captchaId === null ? {} : { captcha }), self } };
}

function replace(call: Call): Answer {
  const { captchaId, enabledPages = [] } = objectBody(call);
  if (!Array.isArray(enabledPages) || enabledPages.some((page) => !pages.includes(page)))
    throw invalid('enabledPages', `enabledPages: ${pages.join(', ')} are expected`);
  if (typeof captchaId !== 'string') throw invalid('captchaId', 'captchaId: is required');
  const now = call.org.clock.seconds();
  const body = { captchaId, enabledPages: pages.filter((page) => enabledPages.includes(page)) };
  call.org.objects.put({ id: 'settings', list: path, created: now, lastUpdated: now, body });
  record(call, 'system.org.captcha.activate');
  return ok(settingsView(call));
}

function clear(call: Call): Answer {
  const settings = call.org.objects.get(path, 'settings');
  if (settings) {
    call.org.objects.delete(settings);
    record(call, 'system.org.captcha.deactivate');
  }
  return noContent;
}
