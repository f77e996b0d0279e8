import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { InputError } from '../../errors/errors.ts';
import { isPublicAddress } from '../../sso/metadata/address.ts';
import { parseUrl } from '../../text/url.ts';

/** Code of the error of a connection to an address that is not public. */
export const PRIVATE_ADDRESS = 'EPRIVATE';

/** Looks a name up for a connection, and refuses it when any of its addresses is not public: what is checked is what is used. */
export const lookupPublic: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    const addresses = found ?? [];
    const wrong = addresses.find(({ address }) => !isPublicAddress(address));
    if (error || wrong || !addresses[0]) {
      const refused = Object.assign(new Error('not a public address'), { code: PRIVATE_ADDRESS });
      return done(error ?? refused, '', 4);
    }
    if (options.all) return done(null, addresses);
    done(null, addresses[0].address, addresses[0].family);
  });
};

/**
 * The URL of a receiver. Names are checked once they are looked up, for each connection.
 * @param allowPrivate also http, and addresses of this machine and its networks.
 * @throws InputError for any other.
 */
export function receiverUrl(text: string, allowPrivate: boolean): URL {
  const url = parseUrl(text);
  const refuse = (why: string, hint: string) => new InputError(`url: it ${why}`, { hint });
  if (!url || !['https:', 'http:'].includes(url.protocol))
    throw refuse('is not a URL that can be posted to', 'Give an https URL.');
  if (url.username || url.password)
    throw refuse('contains a user name or password', 'Leave them out: the receiver checks the signature.');
  if (allowPrivate) return url;
  if (url.protocol !== 'https:') throw refuse('is not https', 'Plain http protects nothing: use https.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) > 0 ? isPublicAddress(host) : !/(^|\.)localhost\.?$/i.test(host)) return url;
  throw refuse(
    'names a private address',
    'The gateway posts to the internet only, unless it runs with --allow-private-targets.',
  );
}
