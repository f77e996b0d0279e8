import { InputError } from '../../errors/errors.ts';
import { parseUrl } from '../../text/url.ts';
import { refusal } from './refusals.ts';

/**
 * What a person brought back: from the whole URL, from its query, or from the body of a form that was posted.
 * @throws InputError for a text that has no parameters; OktaError when the person comes from a tile instead of a sign-in page.
 */
export function callbackParameters(given: string): URLSearchParams {
  const url = parseUrl(given);
  const isUrl = url !== null && /^[a-z][a-z0-9+.-]*:\//i.test(given);
  const parameters = new URLSearchParams(
    isUrl ? url.search || url.hash.slice(1) : given.replace(/^[?#]/, ''),
  );
  const has = (name: string) => parameters.has(name);
  if (has('iss') && !['code', 'error', 'state'].some(has)) {
    throw refusal(
      'The person came from a tile of Okta, which begins a sign-in and ends none',
      'Run begin_sign_in for your own issuer, without regard to iss, and send the person to its url.',
    );
  }
  if (!['code', 'error', 'state'].some(has)) {
    throw new InputError('callbackUrl has neither a code nor an error', {
      hint: 'Give the whole URL to which the person came back, its query, or the body that was posted there.',
    });
  }
  return parameters;
}
