import { effectFor } from '../actions/effect.ts';
import { parseInput } from '../actions/run.ts';
import { actionOf } from '../connector.ts';
import type { Effect } from '../define.ts';

export { destructiveness, type WithEffect } from '../actions/effect.ts';
export type { Effect, InputCondition, MilderEffect } from '../define.ts';
export { type EventField, eventFields, eventTypeSchema } from '../resources/event-type/event-schema.ts';
export { connectionOfForm } from './connection-form.ts';
export { hintOf, plainError } from './errors.ts';
export { type FieldKind, type FormSource, type HostField, hostFields, nest } from './fields.ts';
export { CLEARED, flatInput, flatName, hasClearable } from './flat-form.ts';
export { actionInput, attributeFields, type FormInputOptions, triggerInput } from './input.ts';
export { isLocal, type RemoteOperation, remoteFields, remoteOperations } from './remote.ts';
export { asScalar } from './scalar.ts';
export { errorInWords } from './words.ts';

/**
 * The effect of an action in Okta for this input: whether to ask first, and whether a host may retry it automatically. The
 * worst case if the input is not known yet (undefined).
 * @throws InputError for an unknown action or an invalid input.
 */
export function effectOf(key: string, input?: unknown): Effect {
  const action = actionOf(key);
  return input === undefined ? action.effect : effectFor(action, parseInput(action, input));
}
