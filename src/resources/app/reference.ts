import type { ActionContext } from '../../define.ts';
import { idByName } from '../by-name.ts';

/**
 * The id of an app, looked up by its exact label unless the reference is an id.
 * @throws OktaError `not_found` when no app has the label; InputError when several have it.
 */
export const appIdOf = (context: ActionContext, reference: string): Promise<string> =>
  idByName(context, reference, {
    ...{ what: 'app', by: 'exact label', path: '/api/v1/apps', prefix: '0oa' },
    // q matches the beginning of a label, so the answer is short.
    queries: (label) => [{ q: label, limit: 200 }],
    nameOf: ({ label }) => label,
  });
