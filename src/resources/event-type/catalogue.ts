import catalogue from './catalogue.json' with { type: 'json' };

/**
 * The ids of Okta's event types as of the release named in the catalogue. It grows monthly, so an id that is not here
 * is not wrong; only ids that are here are known to be deliverable by an event hook or not.
 * @see https://developer.okta.com/docs/reference/api/event-types/
 */
const hookEligible = new Set(catalogue.hookEligible);
const logOnly = new Set(catalogue.logOnly);

/** All known ids, sorted. */
export const eventTypes: readonly string[] = [...hookEligible, ...logOnly].sort();

/** True when an event hook can deliver it, false when it cannot, undefined when the id is not in the catalogue. */
export function isHookEligible(eventType: string): boolean | undefined {
  if (hookEligible.has(eventType)) return true;
  return logOnly.has(eventType) ? false : undefined;
}
