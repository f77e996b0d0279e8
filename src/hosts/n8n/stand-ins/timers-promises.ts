import { sleepWithAbort } from 'n8n-workflow';

/** `setTimeout` of node:timers/promises. */
export async function setTimeout(
  ms: number,
  _: undefined,
  { signal }: { signal?: AbortSignal },
): Promise<void> {
  await sleepWithAbort(ms, signal);
}
