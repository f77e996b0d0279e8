import { createHash } from 'node:crypto';
import { isRecord } from '../../schema/record.ts';
import type { ZapierAction } from './operations.ts';

/** Zapier refuses results of more than 6,291,456 bytes. */
export const MAX_RESULT_BYTES = 5_500_000;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** A result has an id of its own, that of the object in it, or a mark of its contents: Zapier tells results apart by it. */
export function withId(resource: string, value: unknown): Record<string, unknown> & { id: string } {
  const result = isRecord(value) ? value : { value };
  const inner = result[resource];
  const id = result.id ?? (isRecord(inner) ? inner.id : undefined);
  return { ...result, id: typeof id === 'string' ? id : markOf(value) };
}

const markOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex')
    .slice(0, 20);

/** The output of a read as Zapier's results; none where the operation says that nothing was found. */
export function searchResults({ resource, list }: ZapierAction, output: unknown): Record<string, unknown>[] {
  if (list) return (output as unknown[]).map((one) => withId(resource, one));
  return isRecord(output) && output.found === false ? [] : [withId(resource, output)];
}

/**
 * The output of a write. One that is too large for Zapier loses its nested members: the write is done, and an error would have
 * Zapier do it again.
 */
export function createResult({ list }: ZapierAction, output: unknown): Record<string, unknown> {
  const result = list ? { items: output } : isRecord(output) ? output : { value: output };
  if (bytesOf(result) <= MAX_RESULT_BYTES) return result;
  const flat = Object.entries(result).filter(
    ([, value]) => typeof value !== 'object' && bytesOf(value) < 10_000,
  );
  return { ...Object.fromEntries(flat), shortened: true };
}

/** The schema of one result of a search. */
export const resultRow = ({ list, output }: ZapierAction): object =>
  list && isRecord(output.items) ? output.items : output;

/** The schema of what {@link createResult} returns. */
export const createSchema = ({ list, output }: ZapierAction): object =>
  list ? { properties: { items: output } } : output;
