import { InputError } from '../../errors/errors.ts';

/** A user as an identity source names it. */
export interface SourceUser {
  externalId: string;
  profile?: Record<string, string | number | boolean | null> | undefined;
}

const MAX_RECORDS = 200;
/** Okta's limit is 200 KB; this leaves room for what is around the records. */
const MAX_BYTES = 199_000;

/**
 * Splits users into uploads that Okta accepts, with all values as text.
 * @throws InputError for a user who is given twice, has no profile to upsert, or is too large.
 */
export function batchesOf(users: readonly SourceUser[], operation: 'upsert' | 'delete'): SourceUser[][] {
  const seen = new Map<string, number>();
  const batches: SourceUser[][] = [];
  let batch: SourceUser[] = [];
  let bytes = 0;
  for (const [at, { externalId, profile }] of users.entries()) {
    const earlier = seen.get(externalId);
    if (earlier !== undefined) throw wrong(at, `has the same externalId as profiles.${earlier}`);
    seen.set(externalId, at);
    if (operation === 'upsert' && !profile) throw wrong(at, 'has no profile');
    const record = operation === 'delete' ? { externalId } : { externalId, profile: asText(profile) };
    const size = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (size > MAX_BYTES) throw wrong(at, 'is larger than the 200 KB that Okta takes');
    if (batch.length === MAX_RECORDS || bytes + size > MAX_BYTES) {
      batches.push(batch);
      [batch, bytes] = [[], 0];
    }
    batch.push(record);
    bytes += size;
  }
  return [...batches, batch];
}

const wrong = (at: number, why: string): InputError => new InputError(`profiles.${at} ${why}`);

function asText(profile: SourceUser['profile'] = {}): Record<string, string | null> {
  const values = Object.entries(profile).map(([name, value]) => [
    name,
    value === null ? null : String(value),
  ]);
  return Object.fromEntries(values);
}
