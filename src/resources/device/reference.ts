import type { ActionContext } from '../../define.ts';
import { idByName } from '../by-name.ts';
import { type Condition, expression } from '../expression.ts';

/** Path of the list of devices. */
export const DEVICES = '/api/v1/devices';

/** A search for devices by their name. */
export const deviceNamed = (operator: Condition['operator'], value: string): string =>
  expression({ attribute: 'profile.displayName', operator, value });

/**
 * The id of a device, looked up by its exact display name unless the reference is an id.
 * @throws OktaError `not_found` when no device has the name; InputError when several have it.
 */
export const deviceIdOf = (context: ActionContext, reference: string): Promise<string> =>
  idByName(context, reference, {
    ...{ what: 'device', by: 'exact display name', path: DEVICES, prefix: 'guo' },
    queries: (name) => [{ search: deviceNamed('eq', name) }],
    nameOf: ({ profile }) => (profile as { displayName?: unknown } | undefined)?.displayName,
  });
