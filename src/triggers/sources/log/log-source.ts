import type { ActionContext, ResourceDefinition, TriggerSource } from '../../../define.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { tellsRole } from './admin-role.ts';
import { type EventItem, itemOf } from './event-item.ts';
import { areHookable, assertHookable } from './hookable.ts';
import { included } from './include.ts';
import { type Conditions, matches } from './log-query.ts';
import { oddIds, tellOdd } from './odd-event.ts';
import { Seen } from './seen.ts';
import { PAGE_SIZE, type PollState, pollPages, recentEvents } from './system-log.ts';

/** The inputs that this source understands; a trigger may have only some of them. */
interface LogInput extends Conditions {
  /** Ids of the objects that the event must be about. */
  user?: string;
  group?: string;
  app?: string;
  /** Where the first run begins, ISO 8601. */
  since?: string;
  /** Read the object again for each item. */
  include?: boolean;
  /** Poll the log for events that the hook missed. */
  reconcile?: boolean;
}

/**
 * The System Log events that meet the conditions of the input, each once: polled, or delivered by an event hook.
 * @param fixed conditions that the input cannot change.
 * @param includes the object that an item can include.
 */
export function logSource(
  fixed: Conditions = {},
  includes?: ResourceDefinition,
): TriggerSource<LogInput, PollState, Seen> {
  const conditions = ({ user, group, app, ...input }: LogInput): Conditions => ({
    ...input,
    ...fixed,
    targets: [user, group, app].filter((id) => id !== undefined),
  });
  // What the log cannot be asked for in a way that Okta documents is left out here.
  const isAsked = ({ role }: LogInput, event: LogEvent) => role === undefined || tellsRole(event, role);
  const finish = async (context: ActionContext, input: LogInput, item: EventItem): Promise<EventItem> =>
    includes && input.include === true ? included(includes, context, item) : item;

  return {
    async *run({ input, context, held, maxPages, unsaved }) {
      const since = input.since === undefined ? undefined : Date.parse(input.since);
      const seen = new Seen([...(held.value?.seen ?? []), ...(unsaved.value?.list() ?? [])]);
      unsaved.value = seen;
      for await (const page of pollPages(
        context,
        held,
        { conditions: conditions(input), since, maxPages },
        seen,
      )) {
        for (const event of page) {
          if (!isAsked(input, event)) continue;
          const item = itemOf(event);
          yield input.include === true ? await finish(context, input, item) : item;
        }
      }
      unsaved.value = undefined;
    },

    async sample({ input, context }, limit) {
      const recent = await recentEvents(context, conditions(input), input.role ? PAGE_SIZE : limit);
      const events = recent.filter((event) => isAsked(input, event)).slice(0, limit);
      tellOdd(oddIds(events), context.notice);
      return Promise.all(events.map((event) => finish(context, input, itemOf(event))));
    },

    hook: areHookable(fixed.eventTypes ?? [])
      ? (input) => {
          const asked = conditions(input);
          assertHookable(asked);
          return {
            eventTypes: asked.eventTypes ?? [],
            reconciles: input.reconcile === true,
            matches: (event) => matches(event as LogEvent, asked),
            item: (context, event) => finish(context, input, itemOf(event as LogEvent)),
          };
        }
      : undefined,
  };
}
