import { InputError } from '../../../errors/errors.ts';
import { isHookEligible } from '../../../resources/event-type/catalogue.ts';
import type { Conditions } from './log-query.ts';

/** False if the catalogue lists any of these event types as not deliverable by an event hook. */
export const areHookable = (eventTypes: readonly string[]): boolean =>
  eventTypes.every((type) => isHookEligible(type) !== false);

/**
 * Rejects conditions that no hook can deliver, before anything is created.
 * @throws InputError naming the unsupported condition.
 */
export function assertHookable({ eventTypes = [], expression, keyword }: Conditions): void {
  if (eventTypes.length === 0) {
    throw new InputError('An event hook needs event types', { hint: 'Name at least one in eventTypes.' });
  }
  if (expression !== undefined || keyword !== undefined) {
    throw new InputError('An event hook supports neither expression nor keyword', {
      hint: 'Use eventTypes, outcome, actor, target and ipAddress, or poll the System Log with new_event.',
    });
  }
  const never = eventTypes.filter((type) => isHookEligible(type) === false);
  if (never.length === 0) return;
  throw new InputError(`An event hook cannot deliver ${never.join(', ')}`, {
    hint: 'Use new_event, which polls the System Log, for these.',
  });
}
