import { InputError } from '../../../errors/errors.ts';

/** A package of n8n has no files, and Node 20 has no SQLite. */
export async function openScimState(): Promise<never> {
  throw new InputError('In n8n, the state of a SCIM server cannot be opened: n8n gives a package no files', {
    code: 'not_supported',
    hint: 'Use the node Okta Provisions, or run the server beside n8n: okta-connector scim --post URL.',
  });
}
