import type { Client } from '../../client.ts';
import { InputError, isOktaError } from '../../errors/errors.ts';
import { effectOf } from '../index.ts';
import type { ZapierPerform } from './authentication.ts';
import { DEADLINE_MS } from './client.ts';
import { CONFIRM_KEY } from './names.ts';
import type { ZapierAction } from './operations.ts';
import { bytesOf, createResult, MAX_RESULT_BYTES, searchResults } from './results.ts';
import { zapierInput } from './values.ts';

/** Results of a list unless the form says otherwise: a Zap goes on with one, or with all as line items. */
export const DEFAULT_LIMIT = 100;

/** The perform of an action that reads: an array of results, empty if the object is not there. */
export function searchPerform(action: ZapierAction): ZapierPerform {
  return async (client, _, bundle) => {
    const input = zapierInput(action, bundle);
    const signal = AbortSignal.timeout(DEADLINE_MS);
    if (action.list) {
      const limit = input.limit ?? DEFAULT_LIMIT;
      return searchResults(action, await listOf(client, action.key, { ...input, limit }, signal));
    }
    try {
      const results = searchResults(action, await client.run(action.key, input, { signal }));
      assertFits(bytesOf(results));
      return results;
    } catch (error) {
      if (isOktaError(error) && error.code === 'not_found') return [];
      throw error;
    }
  };
}

/** The perform of an action that writes. */
export function createPerform(action: ZapierAction): ZapierPerform {
  return async (client, _, bundle) => {
    const input = zapierInput(action, bundle);
    if (effectOf(action.key, input).destructive && !isYes(bundle.inputData[CONFIRM_KEY])) {
      throw new InputError(`"${action.title}" removes what cannot be restored, and is not confirmed`, {
        hint: 'Answer "This cannot be undone: go on?" with yes.',
      });
    }
    const signal = AbortSignal.timeout(DEADLINE_MS);
    return createResult(action, await client.run(action.key, input, { signal }));
  };
}

const isYes = (value: unknown): boolean => value === true || /^(true|yes|1)$/i.test(String(value ?? ''));

async function listOf(client: Client, key: string, input: unknown, signal: AbortSignal): Promise<unknown[]> {
  const items: unknown[] = [];
  let bytes = 0;
  for await (const item of client.stream(key, input, { signal })) {
    bytes += bytesOf(item);
    assertFits(bytes);
    items.push(item);
  }
  return items;
}

function assertFits(bytes: number): void {
  if (bytes <= MAX_RESULT_BYTES) return;
  throw new InputError(`The results are larger than the ${MAX_RESULT_BYTES / 1e6} MB that Zapier takes`, {
    hint: 'Ask for fewer: a lower limit, or a narrower filter.',
  });
}
