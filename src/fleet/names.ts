/** Everything of a fleet in Redis begins with this, unless chosen otherwise. */
export const DEFAULT_PREFIX = 'okta-fleet';

/** Name of the BullMQ queue with one job for each connection and trigger. */
export const POLL_QUEUE = 'poll';

/** The keys of a fleet. A prefix in braces, `{okta-fleet}`, keeps them in one slot of a Redis cluster. */
export const fleetKeys = (prefix: string) => ({
  /** Hash of connection name to what was declared. */
  connections: `${prefix}:connections`,
  /** Hash of sink name to what was declared. */
  sinks: `${prefix}:sinks`,
  /** Set of the ids of all triggers. */
  all: `${prefix}:all`,
  /** Set of the ids of the triggers that have a job: neither paused nor parked. */
  active: `${prefix}:active`,
  /** Set of the ids of those that are parked. */
  parked: `${prefix}:parked`,
  /** Hash of one trigger: what was declared, its schedule, its state and how it fared. */
  trigger: (id: string) => `${prefix}:t:${id}`,
  /** List of the events that a hook brought for a trigger, as text, oldest first. */
  inbox: (id: string) => `${prefix}:in:${id}`,
  /** Stream of the items that a sink refused for good. */
  dead: `${prefix}:dead`,
  /** Where Okta reaches the workers that listen. */
  publicUrl: `${prefix}:public-url`,
  /** Held by who applies a file. */
  applying: `${prefix}:applying`,
  /** Held by the worker that reconciles. */
  reconciling: `${prefix}:reconciling`,
  /** What any other part stores under a name of its own. */
  store: `${prefix}:s:`,
});

export type FleetKeys = ReturnType<typeof fleetKeys>;

/** The id of a trigger of a connection: `acme/joiners`. */
export const idOfTrigger = (connection: string, trigger: string): string => `${connection}/${trigger}`;

/** The id of a sync of a connection: `acme/people/sync`. */
export const idOfSync = (connection: string, sync: string): string => `${connection}/${sync}/sync`;

/**
 * Name under which the event hook of a trigger is stored. The hook of one org is not that of another: `origin` changes with the org.
 */
export const hookRecord = (id: string, origin: string): string => `hook:${id}:${origin}`;

/** Connection and trigger, or sync, of an id. */
export function partsOfId(id: string): [connection: string, trigger: string] {
  const [connection = '', trigger = ''] = id.split('/');
  return [connection, trigger];
}
