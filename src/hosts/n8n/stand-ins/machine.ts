import { InputError } from '../../../errors/errors.ts';

/** What a package of n8n may not have: files, sockets and processes. n8n gives it its own. */
function refuse(what: string): never {
  throw new InputError(`There are no ${what} in n8n`, { hint: 'Give a store or a transport of the host.' });
}

export const axiosWire = (): never => refuse('sockets');
export const fileTokenStore = (): never => refuse('files');
export const fileStateStore = (): never => refuse('files');

// The state of a node is used by one n8n process; whose lease has run out is not at work any more.
export const machine = (): string => 'n8n';
export const processId = (): number => 0;
export const processStart = (): undefined => undefined;
export const isRunning = (): boolean => true;
export const runtime = (): string => 'n8n';
