import type { Manifest } from '../../manifest/manifest.ts';
import type { ZapierPerform } from './authentication.ts';
import { zapierKey } from './names.ts';

type DropDown = Manifest['options'][number];

/** Values of the drop-down's fields that came with the form. */
const withinOf = ({ within = [] }: DropDown, inputData: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(within.map((name) => [name, String(inputData[zapierKey(name)] ?? '').trim()]));

/** The perform of the hidden trigger behind a drop-down: one page. Zapier itself searches in what is loaded. */
export const dropDownPerform =
  (dropDown: DropDown): ZapierPerform =>
  async (client, z, bundle) => {
    const page = bundle.meta?.page ?? 0;
    const cursor = page > 0 ? await z.cursor.get() : undefined;
    if (page > 0 && !cursor) return [];
    const found = await client.options(dropDown.key, {
      cursor,
      within: withinOf(dropDown, bundle.inputData),
    });
    // Without a place for the cursor the first page is shown all the same.
    await z.cursor.set(found.cursor ?? '').catch(() => {});
    return found.items.map(({ value, label }) => ({ id: value, label }));
  };
