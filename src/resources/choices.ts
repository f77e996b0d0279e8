import type { z } from 'zod';
import type { ActionContext, OptionsPage } from '../define.ts';
import type { QueryValue } from '../http/path.ts';

/**
 * One page of a list as drop-down entries. The cursor is the path and query of Okta's next link, so it includes its
 * search.
 * @throws InputError for a cursor of another list.
 */
export async function choicesPage<T extends { id: string }>(
  context: ActionContext,
  { path, query, answer }: { path: string; query: Record<string, QueryValue>; answer: z.ZodType<T> },
  cursor: string | undefined,
  labelOf: (item: T) => string,
): Promise<OptionsPage> {
  const page = await context.page({ method: 'GET', path, query, answer }, cursor);
  const items = page.items.map((item) => ({ value: item.id, label: labelOf(item) }));
  return { items, cursor: page.next };
}
