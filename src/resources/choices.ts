import type { z } from 'zod';
import type { ActionContext, ApiCall, OptionsPage } from '../define.ts';

/**
 * One page of a list as drop-down entries. The cursor is the path and query of Okta's next link, so it includes its
 * search.
 * @param containing keeps the entries whose label contains this text, for lists that Okta cannot search.
 * @throws InputError for a cursor of another list.
 */
export async function choicesPage<T extends { id: string }>(
  context: ActionContext,
  call: Pick<ApiCall, 'path' | 'params' | 'query' | 'listIn'> & { answer: z.ZodType<T> },
  cursor: string | undefined,
  labelOf: (item: T) => string,
  containing = '',
): Promise<OptionsPage> {
  const page = await context.page({ method: 'GET', ...call }, cursor);
  const all = page.items.map((item) => ({ value: item.id, label: labelOf(item) }));
  const wanted = containing.toLowerCase();
  return { items: all.filter(({ label }) => label.toLowerCase().includes(wanted)), cursor: page.next };
}
