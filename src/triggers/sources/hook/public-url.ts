import { isLoopback } from '../../../auth/org-url.ts';
import { InputError } from '../../../errors/errors.ts';

/** @throws InputError for a URL that Okta cannot call. */
export function assertPublicUrl(publicUrl: string): void {
  if (URL.canParse(publicUrl)) {
    const { protocol } = new URL(publicUrl);
    if (protocol === 'https:' || (protocol === 'http:' && isLoopback(publicUrl))) return;
  }
  throw new InputError('The public URL must begin with https://', {
    hint: 'Give the address at which Okta reaches this machine, for example that of a tunnel or a reverse proxy.',
  });
}
