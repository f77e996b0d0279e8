import type { ActionContext } from '../define.ts';
import { compileMapping } from './mapping/compile.ts';
import { previewMapping } from './mapping/preview.ts';
import type { MappingInput } from './mapping/schema.ts';
import { peopleReader } from './people.ts';

/**
 * What a mapping makes of some people: those named, or the first of its scope. Each user comes with the login and the names of
 * the groups that count.
 * @throws InputError for a mapping that cannot be used, before anything is sent.
 */
export async function previewPeople(
  context: ActionContext,
  input: MappingInput | undefined,
  { limit, userIds }: { limit: number; userIds?: readonly string[] },
) {
  const mapping = compileMapping(input ?? {});
  const reader = await peopleReader(context, mapping);
  const people = await (userIds ? reader.named(userIds) : reader.first(limit));
  const inside = people.filter(({ inScope }) => inScope);
  const preview = previewMapping(mapping, inside);
  const who = new Map(
    people.map(({ user: { id, profile }, groups }) => [
      id,
      {
        id,
        login: profile.login as string | undefined,
        groups: groups.map((one) => one.profile.name ?? one.id),
      },
    ]),
  );
  const outside = people.filter((one) => !inside.includes(one)).map(({ user: { id } }) => id);
  return {
    ...preview,
    rows: preview.rows.map((row) => ({ ...who.get(row.id), ...row })),
    leftOut: [...preview.leftOut, ...outside].map((id) => ({ ...who.get(id), id })),
    errors: preview.errors.map((error) => ({ ...who.get(error.id), ...error })),
  };
}
