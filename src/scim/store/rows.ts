import type { ScimType, StoredResource } from './store.ts';

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
