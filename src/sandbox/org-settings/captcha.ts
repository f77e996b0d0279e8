import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import { readSingle, writeSingle } from './single.ts';

const path = '/api/v1/org/captcha';
const scope = 'okta.captchas';
const pages = ['SIGN_IN', 'SIGN_UP', 'SSPR'];
const initial = { enabledPages: [], captchaId: null };

/** The CAPTCHA that the pages of the org show. */
export const captchaEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: `${scope}.read`, handle: getCaptcha },
  { method: 'PUT', path, scope: `${scope}.manage`, handle: putCaptcha },
  { method: 'DELETE', path, scope: `${scope}.manage`, handle: deleteCaptcha },
];

function getCaptcha(call: Call): Answer {
  const captcha = readSingle(call.org, path, initial);
  const one = `${call.origin}/api/v1/captchas/${captcha.captchaId}`;
  return ok({
    ...captcha,
    _links: {
      ...(captcha.captchaId === null
        ? {}
        : { captcha: { href: one, hints: { allow: ['GET', 'POST', 'PUT', 'DELETE'] } } }),
      self: { href: `${call.origin}${path}`, hints: { allow: ['GET', 'PUT'] } },
    },
  });
}

function putCaptcha(call: Call): Answer {
  const { captchaId = null, enabledPages = [] } = objectBody(call);
  if (!Array.isArray(enabledPages) || enabledPages.some((page) => !pages.includes(page)))
    throw invalid('enabledPages', `enabledPages: a list of ${pages.join(', ')} is expected`);
  writeSingle(call.org, path, { enabledPages, captchaId });
  return getCaptcha(call);
}

function deleteCaptcha(call: Call): Answer {
  writeSingle(call.org, path, initial);
  return noContent;
}
