import { didYouMean } from '../errors/did-you-mean.ts';
import { isInputError } from '../errors/errors.ts';
import { compileMapping } from '../sync/mapping/compile.ts';
import { loadMapping } from '../sync/mapping/load.ts';
import type { MappingInput } from '../sync/mapping/schema.ts';
import type { LeaverLimit } from '../sync/sync.ts';
import { ndjsonTarget } from '../sync/targets/ndjson.ts';
import { scimTarget } from '../sync/targets/scim.ts';
import type { Target } from '../sync/targets/target.ts';
import { webhookTarget } from '../sync/targets/webhook.ts';
import type { ConnectionFlags } from './client.ts';
import { writeOut } from './output.ts';
import { asUsage, UsageError } from './usage.ts';

export interface SyncFlags extends ConnectionFlags {
  mapping?: string;
  state?: string;
  to?: string[];
  dryRun?: boolean;
  full?: boolean;
  follow?: boolean;
  interval: string;
  maxLeavers?: LeaverLimit;
  confirmHeld?: boolean;
  json?: boolean;
}

/** The mapping of `--mapping`. @throws UsageError naming file, line and member of what is wrong. */
export async function readMapping(file: string | undefined): Promise<MappingInput | undefined> {
  if (file === undefined) return undefined;
  try {
    const mapping = await loadMapping(file);
    compileMapping(mapping);
    return mapping;
  } catch (error) {
    if (!isInputError(error)) throw error;
    const { message } = error;
    throw asUsage(message.includes(file) ? error : error.with({ message: `${file}: ${message}` }));
  }
}

/** Where `--to` leads, opened; `signal` ends the wait for space on a full disk. @throws UsageError for a place that cannot be. */
export function openPlace(words: readonly string[], follow: boolean): Target {
  const [kind = 'ndjson', place, ...more] = words;
  try {
    if (more.length > 0) throw new UsageError(`--to ${kind} takes one place`);
    if (kind === 'ndjson') return ndjsonTarget(follow ? writeOut : (text) => writeOut(text));
    if (kind === 'scim')
      return scimTarget({ url: place ?? '', token: process.env.OKTA_CONNECTOR_SCIM_TARGET_TOKEN });
    if (kind === 'webhook')
      return webhookTarget({ url: place ?? '', secret: process.env.OKTA_CONNECTOR_WEBHOOK_SECRET });
    throw new UsageError(
      `--to ${kind}: there is no such target${didYouMean(kind, ['csv', 'scim', 'webhook', 'ndjson'])}`,
    );
  } catch (error) {
    throw isInputError(error) ? asUsage(error) : error;
  }
}
