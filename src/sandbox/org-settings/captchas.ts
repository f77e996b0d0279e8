import { invalid } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';

const path = '/api/v1/captchas';
const types = ['HCAPTCHA', 'RECAPTCHA_V2'];

/** The accounts with CAPTCHA services; `/api/v1/org/captcha` says where one is shown. */
export const captchaKind = defineKind({
  path,
  param: 'captchaId',
  prefix: 'cap',
  type: 'CAPTCHA',
  scope: 'okta.captchas',
  serves: ['list', 'read', 'create', 'replace', 'update', 'delete'],
  created: 201,
  make,
  view,
});

function make(_call: Call, body: Json): Json {
  for (const name of ['name', 'siteKey', 'secretKey'])
    if (typeof body[name] !== 'string' || body[name] === '')
      throw invalid(name, `${name}: The field cannot be left blank`);
  if (!types.includes(String(body.type))) throw invalid('type', `type: ${types.join(' or ')} is expected`);
  return body;
}

/** Never with its secret key. */
function view({ origin }: Call, { id, body: { name, siteKey, type } }: StoredObject): Json {
  const self = { href: `${origin}${path}/${id}`, hints: { allow: ['GET', 'POST', 'PUT', 'DELETE'] } };
  return { id, name, siteKey, type, _links: { self } };
}
