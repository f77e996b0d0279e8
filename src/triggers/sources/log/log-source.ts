import type { ActionContext, TriggerSource } from '../../../define.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { tellsRole } from './admin-role.ts';
import { type EventItem, itemOf } from './event-item.ts';
import { areHookable, assertHookable } from './hookable.ts';
import { type Conditions, matches } from './log-query.ts';
import { oddIds, tellOdd } from './odd-event.ts';
import { Seen } from './seen.ts';
import { PAGE_SIZE, type PollState, pollPages, recentEvents } from './system-log.ts';

/** The inputs that this source understands; a trigger may have only some of them. */
export interface LogInput extends Conditions {
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

/** Reads what an item is to have beside the event. */
type Finish = (context: ActionContext, item: EventItem) => Promise<EventItem>;

/**
 * The System Log events that meet the conditions of the input, each once: polled, or delivered by an event hook.
 * @param fixed conditions that the input cannot change.
 * @param finishOf what an item is to have beside the event, for an input that asks for it.
 */
export function logSource<I extends LogInput>(
  fixed: Conditions = {},
  finishOf: (input: I) => Finish | undefined = () => undefined,
): TriggerSource<I, PollState, Seen> {
  const conditions = ({ user, group, app, ...input }: I): Conditions => ({
    ...input,
    ...fixed,
    targets: [user, group, app].filter((id) => id !== undefined),
  });
  // What the log cannot be asked for in a way that Okta documents is left out here.
  const isAsked = ({ role }: I, event: LogEvent) => role === undefined || tellsRole(event, role);

  return {
    async *run({ input, context, held, maxPages, unsaved }) {
      const since = input.since === undefined ? undefined : Date.parse(input.since);
      const seen = new Seen([...(held.value?.seen ?? []), ...(unsaved.value?.list() ?? [])]);
      unsaved.value = seen;
      const finish = finishOf(input);
      for await (const page of pollPages(
        context,
        held,
        { conditions: conditions(input), since, maxPages },
        seen,
      )) {
        for (const event of page) {
          if (!isAsked(input, event)) continue;
          const item = itemOf(event);
          yield finish ? await finish(context, item) : item;
        }
      }
      unsaved.value = undefined;
    },

    async sample({ input, context }, limit) {
      const recent = await recentEvents(context, conditions(input), input.role ? PAGE_SIZE : limit);
      const events = recent.filter((event) => isAsked(input, event)).slice(0, limit);
      tellOdd(oddIds(events), context.notice);
      const finish = finishOf(input);
      const items = events.map((event) => itemOf(event));
      return finish ? Promise.all(items.map((item) => finish(context, item))) : items;
    },

    hook: areHookable(fixed.eventTypes ?? [])
      ? (input) => {
          const asked = conditions(input);
          assertHookable(asked);
          const finish = finishOf(input);
          return {
            eventTypes: asked.eventTypes ?? [],
            reconciles: input.reconcile === true,
            matches: (event) => matches(event as LogEvent, asked),
            async item(context, event) {
              const item = itemOf(event as LogEvent);
              return finish ? finish(context, item) : item;
            },
          };
        }
      : undefined,
  };
}
