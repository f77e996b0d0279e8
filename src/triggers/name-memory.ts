import { hash } from 'node:crypto';
import type { TriggerDefinition } from '../define.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';

/** What the inputs of a trigger stood for when they were looked up last. */
export interface NameMemory {
  /** The id that a reference stood for; undefined if it never stood for one. */
  recall(input: string, reference: string): Promise<string | undefined>;
  keep(input: string, reference: string, id: string): Promise<void>;
}

/** Keeps it beside the state of the trigger. */
export function nameMemory(session: Session, { key }: TriggerDefinition, store: StateStore): NameMemory {
  // Short and of one length: some stores limit their keys.
  const keyOf = (input: string, reference: string) =>
    session.stateKeyOf(`${key} ${input} ${hash('sha256', reference, 'hex').slice(0, 16)}`);
  return {
    async recall(input, reference) {
      const text = await store.get(keyOf(input, reference));
      return text === undefined ? undefined : (JSON.parse(text) as { value: string }).value;
    },
    async keep(input, reference, id) {
      const [place, next] = [keyOf(input, reference), JSON.stringify({ value: id })];
      const known = await store.get(place);
      if (known !== next) await store.compareAndSet(place, known, next);
    },
  };
}
