import { memoryStore } from './memory.ts';
import type { Store } from './store.ts';
export async function openStore(place: string | undefined): Promise<Store> {
  void place;
  return memoryStore();
}
