import type { TriggerSource } from '../../define.ts';
import { collect } from '../../resources/collect.ts';
import { expiringCredentials } from '../../sso/credentials/expiring.ts';

type Wanted = Parameters<typeof expiringCredentials>[1];

/** Ids of the credentials that were told and have not been replaced since. */
interface Told {
  ids: string[];
}

/** Looks for credentials that end soon; each is told once, and again if the next one ends, too. */
export const expiringSource: TriggerSource<Wanted, Told, Set<string>> = {
  async *run({ input, context, held, unsaved }) {
    const known = new Set([...(held.value?.ids ?? []), ...(unsaved.value ?? [])]);
    const found = await collect(expiringCredentials(context, input));
    const told = new Set(found.map(({ id }) => id).filter((id) => known.has(id)));
    for (const item of found) {
      if (told.has(item.id)) continue;
      held.assertHeld();
      told.add(item.id);
      unsaved.value = told;
      yield item;
      await held.save({ ids: [...told] });
    }
    // Those that were replaced are forgotten.
    if (told.size !== known.size) await held.save({ ids: [...told] });
  },
  async sample({ input, context }, limit) {
    const all = await collect(expiringCredentials(context, input));
    return all.sort((a, b) => a.daysLeft - b.daysLeft).slice(0, limit);
  },
};
