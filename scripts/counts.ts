import type { manifest } from '../src/manifest/manifest.ts';

const MARKED = /<!-- count:([\w-]+) -->.*?<!-- \/count -->/g;

/** The numbers that pages may show, by name. */
export function countsOf({ actions, triggers }: ReturnType<typeof manifest>): Record<string, number> {
  return {
    actions: actions.length,
    triggers: triggers.length,
    'ready-made-triggers': triggers.filter(({ eventTypes }) => eventTypes.length > 0).length,
  };
}

/**
 * Updates each `<!-- count:NAME -->N<!-- /count -->` in a page.
 * @throws Error for a name that is not in `counts`.
 */
export const withCounts = (page: string, counts: Record<string, number>) =>
  page.replace(MARKED, (_, name: string) => {
    if (counts[name] === undefined) {
      throw new Error(`Unknown count "${name}": use one of ${Object.keys(counts).join(', ')}`);
    }
    return `<!-- count:${name} -->${counts[name]}<!-- /count -->`;
  });

/** Removes the marked counts, which leaves the numbers that were written by hand. */
export const withoutCounts = (page: string) => page.replace(MARKED, '');
