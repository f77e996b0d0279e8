import { readFile } from 'node:fs/promises';
import { parseInput } from '../actions/run.ts';
import { normalizeOrgUrl } from '../auth/org-url.ts';
import { triggerOf } from '../connector.ts';
import type { HookFilter } from '../define.ts';
import { InputError, isOktaError } from '../errors/errors.ts';
import { describeIssues } from '../errors/issues.ts';
import { inSentences } from '../errors/sentences.ts';
import { isRecord } from '../schema/record.ts';
import { compileMapping } from '../sync/mapping/compile.ts';
import { parseJson } from '../text/json.ts';
import { assertPolled } from '../triggers/run-trigger.ts';
import { filterOf } from '../triggers/sources/hook/event-hook.ts';
import { type FleetFile, fleetFile } from './file-schema.ts';

/**
 * Reads and checks a file: YAML, of which JSON is a part.
 * @throws InputError naming each wrong member, never a value.
 */
export async function loadFleetFile(file: string): Promise<FleetFile> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${file} cannot be read (${error.code})`, { hint: 'Check the name of the file.' });
  });
  try {
    return parseFleetFile(/^\s*\{/.test(text) ? parseJson(text, 'The file', InputError) : await yamlOf(text));
  } catch (error) {
    throw isOktaError(error) ? error.with({ message: `${file}: ${error.message}` }) : error;
  }
}

async function yamlOf(text: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  // Below its first line, the message repeats lines of the file.
  const problem = document.errors[0]?.message.split('\n')[0];
  if (problem) throw new InputError(`The file is not valid YAML: ${problem.replace(/:$/, '')}`);
  return document.toJS({ maxAliasCount: -1 }) ?? {};
}

/** Checks a fleet. @throws InputError naming each wrong member, never a value. */
export function parseFleetFile(given: unknown): FleetFile {
  const parsed = fleetFile.safeParse(given);
  const causes = parsed.success ? [] : describeIssues(parsed.error, fleetFile);
  causes.push(...problemsOf(parsed.success ? parsed.data : given, parsed.success));
  if (parsed.success && causes.length === 0) return parsed.data;
  throw new InputError('The fleet is not valid', {
    causes,
    hint: 'See docs/fleet.md; schema/fleet.schema.json checks the file in an editor.',
  });
}

const membersOf = (value: unknown, name: string): Record<string, unknown> => {
  const member = isRecord(value) ? value[name] : undefined;
  return isRecord(member) ? member : {};
};

/**
 * What a schema of the file alone cannot know.
 * @param file the file, or one that the schema refuses (`isChecked` is false): what is of the wrong type is skipped, as that has told
 * it.
 */
function problemsOf(file: unknown, isChecked: boolean): string[] {
  const problems: string[] = [];
  const attempt = (where: string, check: () => void) => {
    try {
      check();
    } catch (error) {
      if (!isOktaError(error)) throw error;
      const told =
        error.code === 'unknown_operation' ? inSentences(error.message, error.hint) : error.message;
      const why = error.causes.length > 0 ? error.causes.join('; ') : told;
      problems.push(`${where}: ${why}`);
    }
  };
  const sinks = membersOf(file, 'sinks');
  for (const [name, connection] of Object.entries(membersOf(file, 'connections'))) {
    const { orgUrl } = isRecord(connection) ? connection : {};
    if (typeof orgUrl === 'string') attempt(`connections.${name}.orgUrl`, () => normalizeOrgUrl(orgUrl));
    for (const [own, declared] of Object.entries(membersOf(connection, 'syncs'))) {
      const where = `connections.${name}.syncs.${own}`;
      if (isRecord(file) && file.state === undefined)
        problems.push(
          `${where}: state is missing: a Postgres for the snapshots of syncs, which all workers reach`,
        );
      // What the schema refuses is told by it.
      if (isChecked && isRecord(declared))
        attempt(`${where}.mapping`, () => compileMapping(declared.mapping));
    }
    for (const [own, declared] of Object.entries(membersOf(connection, 'triggers'))) {
      const { trigger: key, input, instant, sink } = isRecord(declared) ? declared : {};
      const where = `connections.${name}.triggers.${own}`;
      if (typeof key === 'string') {
        attempt(`${where}.trigger`, () => {
          const trigger = triggerOf(key);
          if (instant !== true) assertPolled(trigger);
          attempt(`${where}.input`, () => {
            const checked = parseInput(trigger, input ?? {}) as Record<string, unknown>;
            if (instant === true) attempt(`${where}.instant`, () => assertHooked(filterOf(trigger, checked)));
          });
        });
      }
      if (typeof sink === 'string' && !Object.hasOwn(sinks, sink))
        problems.push(`${where}.sink: there is no sink "${sink}"`);
    }
  }
  return problems;
}

function assertHooked({ signed }: HookFilter): void {
  if (signed) throw new InputError('Signed events are received by one machine, not by a fleet');
}
