import { didYouMean } from '../../errors/did-you-mean.ts';
import { InputError } from '../../errors/errors.ts';
import { ndjsonTarget } from './ndjson.ts';
import type { ScimTargetOptions } from './scim.ts';
import type { Target } from './target.ts';

export const TARGET_KINDS = ['ndjson', 'csv', 'scim', 'webhook'] as const;

/** What a target needs beside its place. */
export interface OpenTargetOptions extends Omit<ScimTargetOptions, 'url' | 'token'> {
  /** Where `ndjson` writes. Default: stdout. */
  output?: Parameters<typeof ndjsonTarget>[0];
  /** Has the secrets: `OKTA_CONNECTOR_SCIM_TARGET_TOKEN`, `OKTA_CONNECTOR_WEBHOOK_SECRET`. */
  env?: NodeJS.ProcessEnv;
}

/**
 * The target of this kind at this place: a folder for `csv`, a URL for `scim` and `webhook`, none for `ndjson`. Nothing is sent or
 * written yet.
 * @throws InputError for a kind, a place or a secret that cannot be used.
 */
export async function openTarget(
  kind: string,
  place?: string,
  { output, env = process.env, ...scim }: OpenTargetOptions = {},
): Promise<Target> {
  if (kind === 'ndjson') {
    if (place === undefined) return ndjsonTarget(output);
    throw new InputError('The target ndjson takes no place', { hint: 'Redirect the output to a file.' });
  }
  if (kind === 'csv') {
    if (place) return (await import('./csv.ts')).csvTarget(place);
    throw new InputError('The target csv needs a folder', {
      hint: 'Name one ("okta-connector sync --to csv directory").',
    });
  }
  const url = place ?? '';
  if (kind === 'scim') {
    const token = env.OKTA_CONNECTOR_SCIM_TARGET_TOKEN;
    return (await import('./scim.ts')).scimTarget({ ...scim, url, token });
  }
  if (kind === 'webhook') {
    const secret = env.OKTA_CONNECTOR_WEBHOOK_SECRET;
    return (await import('./webhook.ts')).webhookTarget({ url, secret, clock: scim.clock });
  }
  throw new InputError(`There is no target ${kind}${didYouMean(kind, TARGET_KINDS)}`, {
    hint: `There are ${TARGET_KINDS.join(', ')}.`,
  });
}
