import type { ActionContext, TriggerItem } from '../../../define.ts';
import { userRowOf } from '../../../sync/engine/rows.ts';
import { compileMapping } from '../../../sync/mapping/compile.ts';
import { previewMapping } from '../../../sync/mapping/preview.ts';
import type { MappingInput } from '../../../sync/mapping/schema.ts';
import { peopleReader } from '../../../sync/people.ts';

/** Some people as they would be told for the first time. */
export async function sampleChanges(
  context: ActionContext,
  input: MappingInput | undefined,
  limit: number,
): Promise<TriggerItem[]> {
  const mapping = compileMapping(input ?? {});
  const people = await (await peopleReader(context, mapping)).first(limit);
  return previewMapping(mapping, people).rows.map(({ id, ...mapped }) => {
    const after = userRowOf(id, mapped);
    const change = { kind: 'user.created', key: { userId: id }, before: null, after };
    return { id: `sample-${id}`, ...change, changed: Object.keys(after) };
  });
}
