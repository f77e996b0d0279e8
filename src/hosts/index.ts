import { effectFor } from '../actions/effect.ts';
import { parseInput } from '../actions/run.ts';
import { actionOf } from '../connector.ts';
import type { Effect } from '../define.ts';

export { destructiveness, type WithEffect } from '../actions/effect.ts';
export type { Effect, InputCondition, MilderEffect } from '../define.ts';
export { hintOf, plainError } from './errors.ts';
export { type FieldKind, type FormSource, type HostField, hostFields, nest } from './fields.ts';
export { asScalar } from './scalar.ts';

/**
 * What an action does to Okta with this input: whether to ask first, and whether a host may repeat it by itself. The worst case
 * where the input is not known yet (undefined).
 * @throws InputError for an unknown action, and for an input that the action does not take.
 */
export function effectOf(key: string, input?: unknown): Effect {
  const action = actionOf(key);
  return input === undefined ? action.effect : effectFor(action, parseInput(action, input));
}
