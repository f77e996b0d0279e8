import type { ActionContext, OptionsPage } from '../define.ts';
import type { QueryValue } from '../http/path.ts';

/**
 * One page of a list as entries of a drop-down. The cursor is path and query of Okta's next link, so that it holds the
 * search it belongs to.
 * @throws InputError for a cursor of another list.
 */
export async function choicesPage(
  context: ActionContext,
  path: string,
  { query, cursor }: { query: Record<string, QueryValue>; cursor?: string },
  labelOf: (item: Record<string, unknown>) => string,
): Promise<OptionsPage> {
  const page = await context.page({ method: 'GET', path, query }, cursor);
  const items = (page.items as Record<string, unknown>[]).map((item) => ({
    value: String(item.id),
    label: labelOf(item),
  }));
  return { items, cursor: page.next };
}
