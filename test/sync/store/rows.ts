import type { Raw, RawGroup } from '../../../src/sync/store/store.ts';

export const user = (id: string, raw = `{"id":"${id}"}`): Raw => ({ id, raw });

export const group = (id: string, changes: Partial<RawGroup> = {}): RawGroup => ({
  ...{ id, raw: `{"id":"${id}"}`, mirrored: true, members: true },
  ...changes,
});
