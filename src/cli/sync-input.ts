import { isInputError, isOktaError } from '../errors/errors.ts';
import { compileMapping } from '../sync/mapping/compile.ts';
import { loadMapping } from '../sync/mapping/load.ts';
import type { MappingInput } from '../sync/mapping/schema.ts';
import type { LeaverLimit } from '../sync/sync.ts';
import type { WriteText } from '../sync/targets/ndjson.ts';
import { openTarget } from '../sync/targets/open.ts';
import type { Target } from '../sync/targets/target.ts';
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

/** Where `--to` leads, opened; following waits for space on a full disk. @throws UsageError for a place that cannot be. */
export async function openPlace(
  words: readonly string[],
  follow: boolean,
  mapping: MappingInput | undefined,
): Promise<Target> {
  const [kind = 'ndjson', place, ...more] = words;
  if (more.length > 0) throw new UsageError(`--to ${kind} takes one place`);
  const output: WriteText = async (text, signal) => {
    try {
      await writeOut(text, follow ? signal : undefined);
    } catch (error) {
      throw isOktaError(error) ? error.with({ hint: TOLD_AGAIN }) : error;
    }
  };
  try {
    return await openTarget(kind, place, { output, match: mapping?.match });
  } catch (error) {
    throw isInputError(error) ? asUsage(error) : error;
  }
}

const TOLD_AGAIN =
  'The reading program may have ended, or the disk is full. What was not written is told again in the next run.';
