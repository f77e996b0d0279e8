import type { ActionContext, TriggerSource } from '../../../define.ts';
import { InputError } from '../../../errors/errors.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { type AboutInput, targetsAsked } from './about.ts';
import { type UserPlace, withUser } from './concerned.ts';
import { type EventItem, itemOf } from './event-item.ts';
import { type Gathered, gatherer } from './gather.ts';
import { areHookable, assertHookable, logOnly } from './hookable.ts';
import { asksForTold, type Conditions, isTold, matches } from './log-query.ts';
import { idOf, isUsual, oddIds, tellOdd } from './odd-event.ts';
import { withinOverlap } from './overlap.ts';
import { type Redaction, redactEvent, redactSample } from './redact-event.ts';
import { Seen } from './seen.ts';
import { isStillHere, PAGE_SIZE, type PollState, pollPages, recentEvents } from './system-log.ts';

/** The inputs that this source understands; a trigger may have only some of them. */
export interface LogInput extends Conditions, AboutInput {
  /** Where the first run begins, ISO 8601. */
  since?: string;
  /** Read the object again for each item. */
  include?: boolean;
  /** Poll the log for events that the hook missed. */
  reconcile?: boolean;
  /** What items must not have. */
  redact?: Redaction;
  /** Put the events of one transaction together. */
  oneItem?: boolean;
}

/** Reads what an item is to have beside the event. The event is as Okta sent it, the item as it was chosen. */
type Finish = (context: ActionContext, item: EventItem, event: LogEvent) => Promise<EventItem>;

/**
 * The System Log events that meet the conditions of the input, each once: polled, or delivered by an event hook.
 * @param fixed conditions that the input cannot change, and where events name their user besides the targets.
 * @param finishOf what an item is to have beside the event, for an input that asks for it.
 * @param gathered what an input can ask for as one item.
 */
export function logSource<I extends LogInput>(
  { userPlace, ...fixed }: Conditions & { userPlace?: UserPlace | undefined } = {},
  finishOf: (input: I) => Finish | undefined = () => undefined,
  gathered?: Gathered,
): TriggerSource<I, PollState, Seen> {
  const known = new WeakMap<I, Conditions>();
  const conditions = (input: I): Conditions => {
    const same = known.get(input);
    if (same) return same;
    const { targets, concerned, rest } = targetsAsked(input, userPlace);
    const made = { ...rest, ...fixed, targets, ...(concerned ? { concerned } : {}) };
    known.set(input, made);
    return made;
  };

  /** Makes the item of an event; undefined if it is within another. */
  const itemMaker = (input: I, redacted: typeof redactEvent, settledMs?: number) => {
    const finish = finishOf(input);
    const gather = gathered && input.oneItem === true ? gatherer(gathered, settledMs) : undefined;
    return async (context: ActionContext, event: LogEvent): Promise<EventItem | undefined> => {
      // The id is that of the event as it was sent, whatever is hidden of it.
      const shown = redacted(event, input.redact);
      const plain = { ...itemOf(shown), id: idOf(event) };
      const item = userPlace ? withUser(plain, shown, userPlace) : plain;
      const { parts, isWithin } = gather ? await gather(context, item, event) : {};
      if (isWithin) return undefined;
      const whole = parts ? { ...item, parts: parts.map((one) => redacted(one, input.redact)) } : item;
      return finish ? finish(context, whole, event) : whole;
    };
  };

  return {
    compact: withinOverlap,
    setsAside: true,
    isAsGood: isStillHere,
    lists: ['seen'],

    async *run({ input, context, held, unsaved, setAside, ...pages }) {
      const since = input.since === undefined ? undefined : Date.parse(input.since);
      const seen = new Seen([...(held.value?.seen ?? []), ...(unsaved.value?.list() ?? [])]);
      unsaved.value = seen;
      const make = itemMaker(input, redactEvent);
      const asked = conditions(input);
      const isPlain = !(userPlace || finishOf(input) || input.oneItem || (input.redact ?? 'none') !== 'none');
      for await (const page of pollPages(
        context,
        held,
        { conditions: asked, since, ...pages, ...(setAside ? { oddFate: 'set aside' } : {}) },
        seen,
      )) {
        for (const event of page) {
          if (!isTold(event, asked)) continue;
          if (setAside && !isUsual(event)) {
            await setAside(event);
            continue;
          }
          // An await for each event costs more than the event.
          const item = isPlain ? itemOf(event) : await make(context, event);
          if (item) yield item;
        }
      }
      unsaved.value = undefined;
    },

    async sample({ input, context }, limit) {
      const asked = conditions(input);
      const recent = await recentEvents(context, asked, asksForTold(asked) ? PAGE_SIZE : limit);
      const events = recent.filter((event) => isTold(event, asked)).slice(0, limit);
      tellOdd(oddIds(events), context.notice);
      const make = itemMaker(input, redactSample, 0);
      const items = await Promise.all(events.map((event) => make(context, event)));
      return items.filter((item) => item !== undefined);
    },

    hook: areHookable(fixed.eventTypes ?? [])
      ? (input) => {
          const asked = conditions(input);
          const reconciles = input.reconcile === true;
          assertHookable(asked, reconciles);
          if (input.oneItem)
            throw new InputError('oneItem: an event hook brings each event by itself', {
              hint: 'Leave oneItem out, or poll.',
            });
          const { eventTypes: loggedTypes = [] } = asked;
          const polled = logOnly(loggedTypes);
          const make = itemMaker(input, redactEvent);
          return {
            eventTypes: loggedTypes.filter((type) => !polled.includes(type)),
            ...{ loggedTypes, reconciles },
            matches: (event) => matches(event as LogEvent, asked),
            item: async (context, event) => (await make(context, event as LogEvent)) as EventItem,
          };
        }
      : undefined,
  };
}
