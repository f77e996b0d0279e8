import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { memoryStore } from '../../../src/sync/store/memory.ts';
import type { Store } from '../../../src/sync/store/store.ts';

/** Where a snapshot is kept from run to run. */
export interface State {
  /** For the options of a run, and for `--state` if it is a path. */
  place: string | Store;
  /** As it is at this moment, as a killed process would leave it behind. */
  copy(): State;
}

export function memoryState(store = memoryStore()): State {
  return { place: store, copy: () => memoryState(memoryStore(JSON.parse(JSON.stringify(store.toJSON())))) };
}

let copies = 0;

export function fileState(folder: string): State {
  copies += 1;
  const place = join(folder, `state-${copies}.db`);
  return {
    place,
    copy() {
      const copied = fileState(folder);
      for (const part of ['', '-wal', '-journal'])
        if (existsSync(place + part)) copyFileSync(place + part, copied.place + part);
      return copied;
    },
  };
}
