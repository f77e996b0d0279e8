import { InputError } from '../../../errors/errors.ts';
import { isHookEligible } from '../../../resources/event-type/catalogue.ts';
import type { Conditions } from './log-query.ts';

/** Those of these event types that no event hook delivers, as far as the catalogue knows. */
export const logOnly = (eventTypes: readonly string[]): string[] =>
  eventTypes.filter((type) => isHookEligible(type) === false);

/** Whether an event hook may deliver any of these event types; without types, those that an input names. */
export const areHookable = (eventTypes: readonly string[]): boolean =>
  eventTypes.length === 0 || logOnly(eventTypes).length < eventTypes.length;

/**
 * Rejects conditions under which something would never come, before anything is created.
 * @param reconciles the log is polled as well, so a hook for some of the event types is enough.
 * @throws InputError naming the unsupported condition.
 */
export function assertHookable(
  { eventTypes = [], expression, keyword }: Conditions,
  reconciles: boolean,
): void {
  if (eventTypes.length === 0) {
    throw new InputError('An event hook needs event types', { hint: 'Name at least one in eventTypes.' });
  }
  if (expression !== undefined || keyword !== undefined) {
    throw new InputError('An event hook supports neither expression nor keyword', {
      hint: 'Use eventTypes, outcome, actor, target and ipAddress, or poll the System Log with new_event.',
    });
  }
  const never = logOnly(eventTypes);
  const isPart = never.length < eventTypes.length;
  if (never.length === 0 || (isPart && reconciles)) return;
  throw new InputError(`An event hook cannot deliver ${never.join(', ')}`, {
    hint: isPart
      ? 'Turn on reconcile, which brings these from the System Log, or poll (new_event takes any event types).'
      : 'Use new_event, which polls the System Log, for these.',
  });
}
