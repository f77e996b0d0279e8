import type { ScimType, StoredResource } from './store.ts';

/** Events are not kept for a consumer that has not come for so long: a trigger that nobody uses any more. */
export const FORGOTTEN_DAYS = 30;

/** A resource as tables have it. */
export interface ScimRow {
  n: number;
  type: ScimType;
  id: string;
  version: number;
  created: number;
  modified: number;
  body: string;
}

export const readRow = ({ n, type, id, version, created, modified, body }: ScimRow): StoredResource => ({
  ...{ n, type, id, version, createdMs: created, modifiedMs: modified },
  attributes: JSON.parse(body),
});
