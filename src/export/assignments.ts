import { z } from 'zod';
import type { ActionContext } from '../define.ts';
import { isOktaError } from '../errors/errors.ts';
import { identified } from '../resources/answers.ts';
import { app as appResource } from '../resources/app/resource.ts';
import { assignmentTable } from '../resources/app-assignment/table.ts';

const appAnswer = z.looseObject({ id: z.string(), label: z.string() });

const LISTS = [
  ['user', assignmentTable.path],
  ['group', '/api/v1/apps/{appId}/groups'],
] as const;

/** Users, then groups of each app, as Okta returns them, with `appId`, `appLabel` and `kind` in front. */
export async function* assignmentsOf(
  context: ActionContext,
  { app, filter, limit = Number.POSITIVE_INFINITY }: { app?: string; filter?: string; limit?: number },
): AsyncGenerator<unknown, void, undefined> {
  let count = 0;
  for await (const { id: appId, label: appLabel } of appsOf(context, app, filter)) {
    for (const [kind, path] of LISTS) {
      const query = { limit: assignmentTable.pageSize };
      const items = context.list(
        { method: 'GET', path, params: { appId }, query, answer: identified },
        limit - count,
      );
      try {
        for await (const item of items) {
          yield { appId, appLabel, kind, ...(item as object) };
          count += 1;
          if (count >= limit) return;
        }
      } catch (error) {
        // It was deleted after it was listed, and its assignments with it.
        if (app !== undefined || !isOktaError(error) || error.code !== 'not_found') throw error;
      }
    }
  }
}

async function* appsOf(context: ActionContext, appId: string | undefined, filter: string | undefined) {
  if (appId !== undefined) {
    const path = appResource.one as string;
    yield (await context.call({ method: 'GET', path, params: { appId }, answer: appAnswer })).json;
    return;
  }
  const { path, pageSize } = appResource.table ?? { path: '' };
  const query = { filter, limit: pageSize };
  yield* context.list({ method: 'GET', path, query, answer: appAnswer }) as AsyncGenerator<
    z.output<typeof appAnswer>
  >;
}
