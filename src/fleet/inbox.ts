import type { ActionContext, HookFilter } from '../define.ts';
import type { LogEvent } from '../resources/log/log-event.ts';
import { idOf } from '../triggers/sources/log/odd-event.ts';
import { withHooked } from '../triggers/sources/log/overlap.ts';
import { Seen } from '../triggers/sources/log/seen.ts';
import type { PollState } from '../triggers/sources/log/system-log.ts';
import type { HeldInRedis } from './held-state.ts';
import type { FleetRedis } from './redis.ts';

/** Events for each save: a kill repeats this many at most. */
const COMMIT_EVERY = 50;

export interface InboxRun {
  redis: FleetRedis;
  /** Key of the inbox. */
  inbox: string;
  held: HeldInRedis;
  context: ActionContext;
  filter: () => Promise<HookFilter>;
  /** Takes an item on its way to the sink; false if this run has to end before it. @throws what the sink throws. */
  deliver(item: Awaited<ReturnType<HookFilter['item']>>): Promise<boolean>;
}

/**
 * Delivers what hooks have brought, each event once: the state of the trigger knows what the log has brought already, and the log will
 * skip what is delivered here. What leaves the inbox leaves it in the step that saves the state.
 * @returns whether something is left.
 */
export async function deliverInbox({ redis, inbox, held, context, ...run }: InboxRun): Promise<boolean> {
  for (;;) {
    const texts = await redis.lrange(inbox, 0, COMMIT_EVERY - 1);
    if (texts.length === 0) return false;
    const filter = await run.filter();
    const state = held.value as PollState;
    const seen = new Seen(state.seen);
    const delivered: LogEvent[] = [];
    let taken = 0;
    let mayGoOn = true;
    const save = () => (taken === 0 ? undefined : held.save(withHooked(state, delivered), taken));
    try {
      for (const text of texts) {
        const event = JSON.parse(text) as LogEvent;
        const id = idOf(event);
        if (!seen.has(id) && filter.matches(event)) {
          mayGoOn = await run.deliver(await filter.item(context, event));
          if (!mayGoOn) break;
          seen.add(id);
          delivered.push(event);
        }
        taken += 1;
      }
    } catch (error) {
      // What the sink has is not delivered again with the one that it does not have.
      await Promise.resolve(save()).catch(() => {});
      throw error;
    }
    await save();
    if (!mayGoOn) return true;
    if (texts.length < COMMIT_EVERY) return false;
  }
}
