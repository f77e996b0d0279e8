import { note, printJson } from './output.ts';
import { profileNames, readProfile, removeProfile } from './profiles.ts';
import { printRows } from './table.ts';
import { UsageError } from './usage.ts';

/** Lists the profiles, or removes one. Secrets are never shown. */
export async function profiles(
  what: 'list' | 'remove',
  name: string | undefined,
  flags: { json?: boolean },
): Promise<void> {
  if (what === 'remove') {
    if (name === undefined) throw new UsageError('profiles remove needs the name of a profile');
    await removeProfile(name);
    note(`Profile ${name} is removed.`);
    return;
  }
  if (name !== undefined) throw new UsageError(`profiles list takes no name`);
  const rows = await Promise.all(
    (await profileNames()).map(async (one) => {
      try {
        const { orgUrl, auth, secrets } = await readProfile(one);
        return { name: one, orgUrl, auth: auth.type, secrets };
      } catch {
        return { name: one, orgUrl: 'cannot be read' };
      }
    }),
  );
  if (flags.json || !process.stdout.isTTY) return printJson(rows);
  if (rows.length === 0) return note('There are no profiles. "okta-connector connect NAME" makes one.');
  await printRows(rows);
}
