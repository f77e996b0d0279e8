import { hash } from 'node:crypto';
import { grouped } from '../../text/grouped.ts';
import type { ScimSchemas } from '../schema/schemas.ts';
import type {
  ScimAttributes,
  ScimStore,
  ScimType,
  StoredMember,
  StoredMembership,
  StoredResource,
} from '../store/store.ts';

/** A resource without what depends on others and on the URL of the server, as events have it. */
export const bareResource = (
  schemas: ScimSchemas,
  { type, id, attributes }: Pick<StoredResource, 'type' | 'id' | 'attributes'>,
): Record<string, unknown> => ({ schemas: urnsOf(schemas, type, attributes), id, ...attributes });

function urnsOf(schemas: ScimSchemas, type: ScimType, attributes: ScimAttributes): string[] {
  const { core, extensions } = schemas.kind(type);
  return [core.id, ...extensions.flatMap(({ id }) => (id in attributes ? id : []))];
}

/** Reads whole resources, as answers and filters need them. */
export class WholeResources {
  readonly #store: ScimStore;
  readonly #schemas: ScimSchemas;
  /** Base URL of the server, without a slash at its end. */
  readonly #base: string;

  constructor(store: ScimStore, schemas: ScimSchemas, base: string) {
    this.#store = store;
    this.#schemas = schemas;
    this.#base = base;
  }

  /** Where a resource is. */
  location(type: ScimType, id: string): string {
    return `${this.#base}${this.#schemas.kind(type).endpoint}/${id}`;
  }

  /** @param withMembers reads the members of groups, which may be many. */
  async of(
    type: ScimType,
    stored: readonly StoredResource[],
    withMembers: boolean,
  ): Promise<Record<string, unknown>[]> {
    if (type === 'Group') {
      const made: Record<string, unknown>[] = [];
      for (const one of stored)
        made.push(this.#group(one, withMembers ? await everyMember(this.#store, one.id) : undefined));
      return made;
    }
    const groups = grouped(
      await this.#store.groupsOf(stored.map(({ id }) => id)),
      ({ memberId }) => memberId,
    );
    return stored.map((one) => this.#user(one, groups.get(one.id) ?? []));
  }

  #user(stored: StoredResource, groups: readonly StoredMembership[]): Record<string, unknown> {
    const shown = groups.map(({ groupId, displayName }) => ({
      ...{ value: groupId, $ref: this.location('Group', groupId), display: displayName, type: 'direct' },
    }));
    return {
      ...bareResource(this.#schemas, stored),
      ...(shown.length > 0 ? { groups: shown } : {}),
      meta: this.#meta(stored, versionOf(stored, groups)),
    };
  }

  #group(stored: StoredResource, members: readonly StoredMember[] | undefined): Record<string, unknown> {
    const shown = members?.map(({ id, type, attributes }) => ({
      ...{ value: id, $ref: this.location(type, id), display: displayOf(type, attributes), type },
    }));
    return {
      ...bareResource(this.#schemas, stored),
      ...(shown ? { members: shown } : {}),
      meta: this.#meta(stored, versionOf(stored, [])),
    };
  }

  #meta({ type, id, createdMs, modifiedMs }: StoredResource, version: string) {
    return {
      resourceType: type,
      created: new Date(createdMs).toISOString(),
      lastModified: new Date(modifiedMs).toISOString(),
      location: this.location(type, id),
      version,
    };
  }
}

const PAGE = 1_000;

/** All members of a group. */
export async function everyMember(store: ScimStore, groupId: string): Promise<StoredMember[]> {
  const all: StoredMember[] = [];
  for (let after = 0; ; ) {
    const page = await store.members(groupId, { after, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all;
    after = page.at(-1)?.n as number;
  }
}

/** The name of a user or group that people see. */
export function displayOf(type: ScimType, { displayName, userName }: ScimAttributes): unknown {
  return type === 'User' ? (displayName ?? userName) : displayName;
}

/** The groups of a user are part of what is shown, though they are no part of what is stored. */
function versionOf({ version }: StoredResource, groups: readonly StoredMembership[]): string {
  if (groups.length === 0) return `W/"${version}"`;
  const text = JSON.stringify(groups.map(({ groupId, displayName }) => [groupId, displayName]));
  return `W/"${version}-${hash('sha256', text, 'hex').slice(0, 12)}"`;
}
