import { InputError } from '../../../errors/errors.ts';

/** Stands in for what an n8n package must not use: files, sockets and processes. n8n provides its own. */
function refuse(what: string, hint = 'Pass a store or transport of the host.'): never {
  throw new InputError(`n8n packages cannot use ${what}`, { hint });
}

export const axiosWire = (): never => refuse('sockets');
/** n8n's own client follows redirects and reaches private addresses, so that it must not read what a form names. */
export const fetchMetadata = (): never => refuse('sockets', 'Paste the SAML metadata as XML.');
export const guardedRequest = (): never => refuse('sockets', 'Use an issuer of the org itself.');
export const fileTokenStore = (): never => refuse('files');
export const fileStateStore = (): never => refuse('files');

// Only one n8n process uses the state of a node; the holder of an expired lease is no longer running.
export const machine = (): string => 'n8n';
export const processId = (): number => 0;
export const processStart = (): undefined => undefined;
export const isRunning = (): boolean => true;
export const runtime = (): string => 'n8n';

/** Nobody can choose a file for dead letters. */
export const deadLetterFile = undefined;
export const assertDeadLetterFile = undefined;
