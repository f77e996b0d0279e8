import { InputError } from '../errors/errors.ts';

/** The org's origin and the corrections made to what was typed, worded for the person who typed it. */
export interface OrgUrl {
  /** `https://acme.okta.com`: no trailing slash, no path. */
  orgUrl: string;
  corrections: string[];
}

const OKTA_DOMAINS = ['okta.com', 'oktapreview.com', 'okta-emea.com', 'okta-gov.com', 'okta.mil'];

/** Common misspellings of Okta's domains. */
const TYPO =
  /(^|\.)(okta\.(co|con|cm|om|net|org|io)|okat\.com|otka\.com|octa\.com|okta\.com\.com|oktapreview\.co)$/;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** True for addresses of this machine, where plain http is allowed. */
export const isLoopback = (orgUrl: string): boolean => LOOPBACK.test(new URL(orgUrl).hostname);

/**
 * Normalises an org URL as typed: adds a missing scheme, drops path, query and `-admin`, and rejects anything that
 * cannot be an Okta org before a credential is sent there.
 * @throws InputError `invalid_connection` naming the problem and the likely fix.
 * @see https://developer.okta.com/docs/guides/find-your-domain/main/
 */
export function normalizeOrgUrl(input: string): OrgUrl {
  const corrections: string[] = [];
  const typed = input.trim();
  if (typed === '') throw bad('The org URL is empty', 'Give it as https://acme.okta.com.');
  if (/[{}<>]|your-?okta-?domain/i.test(typed)) {
    // The typed text is not repeated: it may contain a password.
    throw bad(
      'The org URL still contains a placeholder',
      'Replace it with your own org, for example https://acme.okta.com.',
    );
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1]?.toLowerCase();
  const rest = scheme ? typed.slice(scheme.length + 3) : typed;
  const local = LOOPBACK.test(rest.split(/[:/](?![^[]*\])/)[0] ?? '');
  const candidate = `${scheme ?? (local ? 'http' : 'https')}://${rest}`;
  if (!URL.canParse(candidate))
    throw bad('The org URL is not a valid URL', 'Give it as https://acme.okta.com.');
  const url = new URL(candidate);
  if (!scheme) corrections.push(`added ${url.protocol}//`);
  if (url.username || url.password) {
    throw bad('The org URL contains a user name or password', 'Remove them: credentials belong in auth.');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
    throw bad(
      `The org URL starts with ${url.protocol}//, which would send the credential unprotected`,
      'Use https://; plain http is allowed only for this machine.',
    );
  }
  const host = withoutAdmin(url.hostname, corrections);
  if (!LOOPBACK.test(host)) assertPlausible(host);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    corrections.push(
      `dropped ${url.pathname === '/' ? '' : url.pathname}${url.search ? '?…' : ''}${url.hash ? '#…' : ''}`,
    );
  }
  return { orgUrl: `${url.protocol}//${host}${url.port ? `:${url.port}` : ''}`, corrections };
}

function withoutAdmin(host: string, corrections: string[]): string {
  const [label = '', ...domain] = host.split('.');
  if (!label.endsWith('-admin') || !OKTA_DOMAINS.includes(domain.join('.'))) return host;
  corrections.push('dropped -admin: it belongs to the Admin Console; the API is on the host without it');
  return [label.slice(0, -'-admin'.length), ...domain].join('.');
}

function assertPlausible(host: string): void {
  if (TYPO.test(host)) {
    throw bad(`${host} looks like a typo`, `Okta's domains are ${OKTA_DOMAINS.join(', ')}.`);
  }
  if (/^[\d.]+$/.test(host) || host.startsWith('[')) {
    throw bad(
      `${host} is an IP address, not an Okta org`,
      'Use the name of the org, for example https://acme.okta.com.',
    );
  }
  if (!host.includes('.')) {
    throw bad(`${host} is not a full host name`, `Did you mean https://${host}.okta.com?`);
  }
  if (OKTA_DOMAINS.includes(host) || /^(www|developer|login|help|support)\.okta\.com$/.test(host)) {
    throw bad(
      `${host} is Okta's own site, not an org`,
      'Use the URL you sign in at, for example https://acme.okta.com.',
    );
  }
  if (host.split('.').some((label) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) {
    throw bad(`${host} is not a valid host name`, 'Give it as https://acme.okta.com.');
  }
  if (OKTA_DOMAINS.some((domain) => `.${host}`.includes(`.${domain}.`))) {
    throw bad(
      `${host} resembles an Okta host but is not one`,
      `Okta's domains are ${OKTA_DOMAINS.join(', ')}.`,
    );
  }
}

function bad(message: string, hint: string): InputError {
  return new InputError(message, { code: 'invalid_connection', hint });
}
