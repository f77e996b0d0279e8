import { sleep } from 'n8n-workflow';
import { orAborted } from '../../../http/abort.ts';

/** `setTimeout` of node:timers/promises. */
export const setTimeout = (ms: number, _: undefined, { signal }: { signal?: AbortSignal }): Promise<void> =>
  orAborted(sleep(ms), signal);

/** `setImmediate` of node:timers/promises. */
export const setImmediate = (): Promise<void> => sleep(0);
