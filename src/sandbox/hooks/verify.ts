import { randomSecret } from '../random.ts';
import type { StoredHook } from './hook-store.ts';
import { callReceiver } from './send.ts';

const tries = 2;

/** Asks the receiver to echo a challenge. @returns why it failed; undefined on success. */
export async function challenge(
  hook: StoredHook,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const value = randomSecret(24);
  const headers = { 'X-Okta-Verification-Challenge': value };
  let problem: string | undefined;
  for (let i = 0; i < tries; i++) {
    try {
      const { status, text } = await callReceiver(hook, { method: 'GET', headers, timeoutMs, signal });
      if (status !== 200) problem = `the endpoint answered ${status}`;
      else if (verificationIn(text) === value) return undefined;
      else problem = 'the endpoint did not give the challenge back';
    } catch (error) {
      problem = (error as Error).message;
    }
  }
  return problem;
}

function verificationIn(text: string): unknown {
  try {
    return JSON.parse(text)?.verification;
  } catch {
    return undefined;
  }
}
