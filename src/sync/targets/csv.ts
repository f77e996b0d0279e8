import { createReadStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError, isOktaError } from '../../errors/errors.ts';
import { csvText } from '../../schema/table.ts';
import { fileFailure } from '../../state/file-failure.ts';
import { assertFolder, lockOutput } from '../../state/output-file.ts';
import { writeWholeFile } from '../../state/whole-file.ts';
import type { Row } from '../change.ts';
import type { Mirror, Target } from './target.ts';

/** Little is done with a batch. */
const BATCH = 1_000;

/** The files, and the columns that each begins with; users and groups have their mapped fields after these. */
const FILES = {
  users: { columns: ['id', 'active'], hasFields: true },
  groups: { columns: ['id'], hasFields: true },
  memberships: { columns: ['groupId', 'userId'], hasFields: false },
  assignments: { columns: ['userId', 'type', 'value'], hasFields: false },
} as const;

const NAMES = Object.keys(FILES) as (keyof Mirror)[];

/**
 * The mirror as `users.csv`, `groups.csv`, `memberships.csv` and `assignments.csv` in a folder, which is made if needed and which
 * only its owner can read. At the end of a run, those that changed are written anew from the snapshot, and then take the place of
 * the old ones: a reader never sees half a file, and a kill leaves the old ones. The first run of a process writes all.
 * @throws InputError when the folder cannot be used.
 */
export async function csvTarget(folder: string): Promise<Target> {
  await assertUsable(folder);
  const stale = new Set<keyof Mirror>(NAMES);

  /** @throws OktaError `state_locked` while another process writes there, or when the disk is full. */
  async function end(mirror: Mirror): Promise<void> {
    if (stale.size === 0) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await lockOutput(join(folder, 'users.csv'));
    try {
      const fresh: [from: string, to: string][] = [];
      for (const name of stale) {
        const { columns, hasFields } = FILES[name];
        const rows = mirror[name];
        const file = join(folder, `${name}.csv`);
        const all = hasFields ? await withFields(columns, file, rows()) : columns;
        await writeWholeFile(`${file}.new`, await csvText(rows(), all, {}));
        fresh.push([`${file}.new`, file]);
      }
      lock.assertHeld();
      for (const [from, to] of fresh) await rename(from, to);
    } catch (error) {
      throw isOktaError(error) ? error : fileFailure(`The directory in ${folder}`, 'written', error, true);
    } finally {
      await lock.release();
    }
    stale.clear();
  }

  return {
    batch: BATCH,
    async apply(changes) {
      for (const { kind } of changes) {
        const [what, how] = kind.split('.');
        // What is deleted takes its memberships along.
        for (const name of how === 'deleted' ? NAMES : [`${what}s` as keyof Mirror]) stale.add(name);
      }
      return [];
    },
    end,
  };
}

async function assertUsable(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return assertFolder(resolve(folder), 'another folder');
  if (found.isDirectory()) return;
  throw new InputError(`${folder} is a file`, { hint: 'Give a folder, new or not.' });
}

/** All fields of the rows. A column that the file had stays where it was, so that what reads it keeps working. */
async function withFields(
  first: readonly string[],
  file: string,
  rows: AsyncIterable<Row>,
): Promise<string[]> {
  const columns = new Set([...first, ...(await headerOf(file))]);
  const fields = new Set<string>();
  for await (const row of rows) for (const name in row) if (!columns.has(name)) fields.add(name);
  return [...columns, ...[...fields].sort()];
}

async function headerOf(file: string): Promise<string[]> {
  const { parse } = await import('csv-parse');
  const parser = createReadStream(file)
    .on('error', (error) => parser.destroy(error))
    .pipe(parse({ to: 1 }));
  try {
    for await (const header of parser) return header as string[];
  } catch {
    // There is none, or somebody else's: it is replaced.
  }
  return [];
}
