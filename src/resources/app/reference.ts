import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { noSuch } from '../reference.ts';

// 0oa, then letters and digits. A label like 0oath has neither digit nor capital after the prefix.
const APP_ID = /^0oa(?=[a-z]*[0-9A-Z])[A-Za-z0-9]+$/;

const foundApp = z.object({ id: z.string(), label: z.string().nullish() });

/**
 * The id of an app, looked up by its exact label unless the reference is an id.
 * @throws OktaError `not_found` when no app has the label; InputError when several have it.
 */
export async function appIdOf(context: ActionContext, reference: string): Promise<string> {
  if (APP_ID.test(reference)) return reference;
  const path = '/api/v1/apps';
  const ids: string[] = [];
  // q matches the beginning of a label, so the answer is short.
  for await (const { id, label } of context.list({
    ...{ method: 'GET', path, answer: foundApp },
    query: { q: reference, limit: 200 },
  })) {
    if (label === reference) ids.push(id);
  }
  if (ids.length > 1) {
    throw new InputError(`${ids.length} apps have this label: ${ids.join(', ')}`, {
      hint: 'Use the id of the one you mean.',
    });
  }
  if (ids[0] === undefined) throw noSuch('app', 'exact label', path);
  return ids[0];
}
