import type { TriggerDefinition } from '../define.ts';
import { OktaError } from '../errors/errors.ts';
import type { Held } from '../state/lease.ts';
import type { RunDelivery } from './delivery.ts';
import type { FleetRedis } from './redis.ts';

export interface HeldStateOptions {
  redis: FleetRedis;
  /** Key of the trigger, and of its inbox. */
  key: string;
  inbox: string;
  fence: number;
  /** As it was saved last; empty before the first run. */
  text: string;
  source: TriggerDefinition['source'];
  delivery: RunDelivery;
}

export interface HeldInRedis extends Held<unknown> {
  /** @param taken events that leave the inbox with this save; the state is then one that needs no compacting. */
  save(value: unknown, taken?: number): Promise<void>;
}

/**
 * The state of a trigger for one run. The queue gives a trigger to one worker at a time; should one be so late that another
 * began, its fencing number is old and nothing that it saves counts. What was read is delivered before the position is saved.
 */
export function heldInRedis({
  redis,
  key,
  inbox,
  fence,
  text,
  source,
  delivery,
}: HeldStateOptions): HeldInRedis {
  let value: unknown = text === '' ? undefined : JSON.parse(text);
  let first = value;
  let savedText = text;
  let saves = 0;
  let isLost = false;
  return {
    get value() {
      return value;
    },
    get isLost() {
      return isLost;
    },
    async save(next, taken = 0) {
      await delivery.flush();
      const { delivered, waiting } = delivery;
      const isIdle = delivered === 0 && delivery.aside === 0 && waiting.length === 0 && taken === 0;
      if (isIdle && value !== undefined && source.isAsGood?.(value, next)) return;
      const isCompact = taken > 0 || !source.compact;
      const nextText = JSON.stringify(isCompact ? next : source.compact?.(next, first));
      if (isIdle && nextText === savedText) return;
      saves += 1;
      const { stream } = delivery;
      const count = delivered + waiting.length;
      const rest = waiting.flatMap(({ id, connection, trigger, type, item }) => [
        ...[id, connection, trigger, type],
        JSON.stringify(item),
      ]);
      const args = [
        String(fence),
        saves,
        nextText,
        count,
        Date.now(),
        stream?.maxLength ?? 0,
        taken,
        ...rest,
      ];
      const saveAll = () => redis.fleetSave(key, stream?.key ?? key, inbox, ...args);
      const saved = rest.length > 0 ? delivery.sending(waiting.length, saveAll) : saveAll();
      if ((await saved) !== 1) {
        isLost = true;
        throw new OktaError('Another worker has taken this trigger over', {
          ...{ code: 'state_locked', actor: 'caller', retryable: true },
        });
      }
      delivery.saved();
      value = next;
      if (taken > 0) first = next;
      savedText = nextText;
    },
    assertHeld() {},
    async release() {},
  };
}
