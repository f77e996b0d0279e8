import { InputError } from '../../errors/errors.ts';
import type { ScimType } from '../store/store.ts';
import {
  complex,
  instant,
  readOnly,
  type ScimAttribute,
  type ScimSchema,
  text,
  urlText,
} from './attribute.ts';
import { customSchema } from './custom.ts';
import { scimGroupSchema } from './group.ts';
import { enterpriseSchema, scimUserSchema } from './user.ts';

/** A kind of resource and its schemas. */
export interface ResourceKind {
  type: ScimType;
  endpoint: '/Users' | '/Groups';
  core: ScimSchema;
  extensions: readonly ScimSchema[];
  /** It has attributes that are returned only when asked for. */
  hasRequested: boolean;
}

/** Where a value is. Without an attribute: all of an extension. */
export interface AttributePlace {
  extension: string | undefined;
  attribute: ScimAttribute | undefined;
  sub: ScimAttribute | undefined;
}

/** Attributes that every resource has, outside its schema. @see https://datatracker.ietf.org/doc/html/rfc7643#section-3.1 */
const COMMON: readonly ScimAttribute[] = [
  readOnly(text('id', 'The id.', { caseExact: true, returned: 'always' })),
  text('externalId', 'The id that the client gave.', { caseExact: true }),
  readOnly(
    urlText('schemas', 'URNs of the schemas.', { multiValued: true, returned: 'always', caseExact: true }),
  ),
  readOnly(
    complex('meta', 'What the server knows of the resource.', [
      text('resourceType', 'User or Group.', { caseExact: true }),
      instant('created', 'When it was created.'),
      instant('lastModified', 'When it was changed.'),
      urlText('location', 'Where it is.'),
      text('version', 'The ETag.', { caseExact: true }),
    ]),
  ),
];

const MAX_PLACES = 1_000;

/** The schemas of a server. */
export class ScimSchemas {
  /** Of users, then of groups. */
  readonly kinds: readonly ResourceKind[];
  /** Places of paths as clients write them. */
  readonly #places = { User: new Map<string, AttributePlace>(), Group: new Map<string, AttributePlace>() };

  /** @throws InputError for a declaration that is not a schema, or whose URN is taken. */
  constructor(declared: readonly unknown[] = []) {
    const customs = declared.map((one, i) => customSchema(one, `schemas[${i}]`));
    const ids = [
      scimUserSchema,
      enterpriseSchema,
      scimGroupSchema,
      ...customs.map(({ schema }) => schema),
    ].map(({ id }) => id.toLowerCase());
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined) {
      throw new InputError(`The schema ${twice} is declared twice`, {
        hint: 'Give each schema its own URN; those of RFC 7643 exist already.',
      });
    }
    const ofType = (type: ScimType) =>
      customs.flatMap(({ resourceType, schema }) => (resourceType === type ? schema : []));
    const kindOf = (kind: Omit<ResourceKind, 'hasRequested'>): ResourceKind => ({
      ...kind,
      hasRequested: [kind.core, ...kind.extensions].some(({ attributes }) =>
        attributes.some(({ returned }) => returned === 'request'),
      ),
    });
    this.kinds = [
      kindOf({
        ...{ type: 'User', endpoint: '/Users', core: scimUserSchema },
        extensions: [enterpriseSchema, ...ofType('User')],
      }),
      kindOf({ type: 'Group', endpoint: '/Groups', core: scimGroupSchema, extensions: ofType('Group') }),
    ];
  }

  kind(type: ScimType): ResourceKind {
    return this.kinds[type === 'User' ? 0 : 1] as ResourceKind;
  }

  get all(): ScimSchema[] {
    return this.kinds.flatMap(({ core, extensions }) => [core, ...extensions]);
  }

  /**
   * Where a path of any case leads: `userName`, `name.givenName`, a URN with or without an attribute.
   * @returns undefined for none.
   */
  place(type: ScimType, path: string): AttributePlace | undefined {
    const places = this.#places[type];
    const known = places.get(path);
    if (known) return known;
    const found = this.#find(this.kind(type), path);
    // Each has many spellings, whose case differs.
    if (found && places.size < MAX_PLACES) places.set(path, found);
    return found;
  }

  #find({ core, extensions }: ResourceKind, path: string): AttributePlace | undefined {
    const lower = path.toLowerCase();
    for (const schema of [core, ...extensions]) {
      const id = schema.id.toLowerCase();
      const isCore = schema === core;
      if (lower === id)
        return isCore ? undefined : { extension: schema.id, attribute: undefined, sub: undefined };
      if (!lower.startsWith(`${id}:`)) continue;
      const found = inside(schema.attributes, path.slice(id.length + 1));
      return found && { extension: isCore ? undefined : schema.id, ...found };
    }
    const found = inside([...COMMON, ...core.attributes], path);
    return found && { extension: undefined, ...found };
  }
}

function inside(attributes: readonly ScimAttribute[], path: string) {
  const [name = '', subName, ...more] = path.split('.');
  const attribute = named(attributes, name);
  if (!attribute || more.length > 0) return undefined;
  if (subName === undefined) return { attribute, sub: undefined };
  const sub = named(attribute.subAttributes ?? [], subName);
  return sub && { attribute, sub };
}

/** The attribute of this name, whatever its case. */
export function named(attributes: readonly ScimAttribute[], name: string): ScimAttribute | undefined {
  const exact = attributes.find((one) => one.name === name);
  if (exact) return exact;
  const lower = name.toLowerCase();
  return attributes.find((one) => one.name.toLowerCase() === lower);
}

/** As a path names it. */
export const pathOf = ({ extension, attribute, sub }: AttributePlace): string =>
  [[extension, attribute?.name].filter((part) => part !== undefined).join(':'), sub?.name]
    .filter((part) => part !== undefined)
    .join('.');
