import type { Endpoint } from '../http.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';
import type { Kind } from './kind.ts';

/** A part of the org's API: kinds of objects, endpoints that are not those of a kind, and what every org has of them. */
export interface Area {
  /** Unique; it separates the ids of seeded objects. */
  number: number;
  kinds?: readonly Kind[];
  endpoints?: readonly Endpoint[];
  /** Fills a new org. */
  seed?(org: Org, ids: IdFactory): void;
}
