import type { AttributePlace, ScimSchemas } from '../schema/schemas.ts';
import type { ScimType } from '../store/store.ts';
import { isJsonObject } from '../value.ts';

/** Which attributes an answer has: `attributes` and `excludedAttributes` of a request. */
export class Selection {
  readonly #only: readonly string[] | undefined;
  readonly #except: readonly string[];

  constructor(only: readonly string[] | undefined, except: readonly string[] = []) {
    this.#only = only && only.length > 0 ? only : undefined;
    this.#except = except;
  }

  /** True when the request says what it wants. */
  get isGiven(): boolean {
    return this.#only !== undefined || this.#except.length > 0;
  }

  /** True when the answer has this attribute, so that it has to be read. */
  has(schemas: ScimSchemas, type: ScimType, name: string): boolean {
    const isIt = (path: string) => schemas.place(type, path)?.attribute?.name === name;
    if (this.#only) return this.#only.some(isIt);
    return !this.#except.some((path) => isIt(path) && !schemas.place(type, path)?.sub);
  }

  /** The part of a whole resource that is wanted. What is `always` returned stays. */
  of(
    schemas: ScimSchemas,
    type: ScimType,
    resource: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    if (!this.isGiven && !schemas.kind(type).hasRequested) return resource;
    const places = (paths: readonly string[]) => paths.flatMap((path) => schemas.place(type, path) ?? []);
    const only = this.#only && places(this.#only);
    const except = places(this.#except);
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(resource)) {
      if (schemas.place(type, key)?.attribute) {
        const kept = chosen(schemas, type, { extension: undefined, key, value }, only, except);
        if (kept !== undefined) result[key] = kept;
        continue;
      }
      const own = Object.entries(value as object).flatMap(([name, inner]) => {
        const kept = chosen(schemas, type, { extension: key, key: name, value: inner }, only, except);
        return kept === undefined ? [] : [[name, kept]];
      });
      if (own.length > 0) result[key] = Object.fromEntries(own);
    }
    return result;
  }
}

interface Part {
  extension: string | undefined;
  key: string;
  value: unknown;
}

/** The wanted part of one attribute; undefined for nothing. */
function chosen(
  schemas: ScimSchemas,
  type: ScimType,
  { extension, key, value }: Part,
  only: readonly AttributePlace[] | undefined,
  except: readonly AttributePlace[],
): unknown {
  const place = schemas.place(type, extension === undefined ? key : `${extension}:${key}`);
  const attribute = place?.attribute;
  if (attribute?.returned === 'always') return value;
  const about = (places: readonly AttributePlace[]) =>
    places.filter((one) => one.extension === extension && (!one.attribute || one.attribute.name === key));
  if (only) {
    const asked = about(only);
    if (asked.length === 0) return undefined;
    const subs = asked.flatMap(({ sub }) => sub?.name ?? []);
    return subs.length === asked.length ? withSubs(value, (name) => subs.includes(name)) : value;
  }
  if (attribute?.returned === 'request') return undefined;
  const dropped = about(except);
  if (dropped.some(({ sub }) => !sub)) return undefined;
  const subs = dropped.flatMap(({ sub }) => sub?.name ?? []);
  return subs.length > 0 ? withSubs(value, (name) => !subs.includes(name)) : value;
}

function withSubs(value: unknown, keeps: (name: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => withSubs(one, keeps));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => keeps(name)));
}
