import type {
  FieldType,
  ILoadOptionsFunctions,
  INodeListSearchResult,
  INodePropertyOptions,
  ResourceMapperFields,
} from 'n8n-workflow';
import { z } from 'zod';
import type { Client } from '../../../connect.ts';
import { isForbidden } from '../../../errors/errors.ts';
import type { ProfileAttribute } from '../../../options/profile-schema.ts';
import { eventTypes, isHookEligible } from '../../../triggers/sources/event-types.ts';
import type { HostField } from '../../fields.ts';
import { ADDITIONAL } from '../names.ts';
import { clientOf } from './client.ts';
import { nodeError } from './errors.ts';
import { actionFields } from './operations.ts';

/** 50 groups each: nobody scrolls through more. */
const MAX_GROUP_PAGES = 20;

async function withClient<T>(
  context: ILoadOptionsFunctions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    return await work(await clientOf(context));
  } catch (error) {
    throw nodeError(context.getNode(), error);
  }
}

const search = (key: string) =>
  async function (
    this: ILoadOptionsFunctions,
    filter?: string,
    paginationToken?: string,
  ): Promise<INodeListSearchResult> {
    return withClient(this, async (client) => {
      const page = await client.options(key, { search: filter, cursor: paginationToken });
      return {
        results: page.items.map(({ label, value }) => ({ name: label, value })),
        paginationToken: page.cursor,
      };
    });
  };

export const searchUsers = search('users');
export const searchGroups = search('groups');
export const searchApps = search('apps');

const load = (key: string, maxPages = Number.POSITIVE_INFINITY) =>
  async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    return withClient(this, async (client) => {
      const all: INodePropertyOptions[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        pages += 1;
        const page = await client.options(key, { cursor });
        all.push(...page.items.map(({ label, value }) => ({ name: label, value })));
        cursor = page.cursor;
      } while (cursor !== undefined && pages < maxPages);
      return all;
    });
  };

export const getGroups = load('groups', MAX_GROUP_PAGES);
export const getEventTypes = load('event_types');

/** Those that an event hook delivers. */
export async function getInstantEventTypes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return eventTypes.filter(isHookEligible).map((value) => ({ name: value, value }));
}

/** The attributes of this org's profiles; the usual ones where the connection may not read which there are. */
export async function getProfileAttributes(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  return withClient(this, async (client) => {
    const operation = String(this.getNodeParameter('operation', 'create_user'));
    const creates = operation === 'create_user';
    const attributes = await attributesOf(this, client, creates);
    const fields = (attributes ?? knownAttributes(operation)).filter((one) => !one.readOnly);
    return {
      fields: fields.map((one) => ({
        id: one.name,
        displayName: one.title,
        required: creates && one.required,
        defaultMatch: false,
        canBeUsedToMatch: false,
        display: true,
        type: TYPES[one.type],
        ...(one.choices && one.type !== 'array'
          ? {
              type: 'options' as const,
              options: one.choices.map(({ label, value }) => ({ name: label, value })),
            }
          : {}),
      })),
    };
  });
}

/** Attributes that may be empty. */
export async function getClearableAttributes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return withClient(this, async (client) => {
    const attributes = (await attributesOf(this, client, false)) ?? knownAttributes('update_user');
    return attributes
      .filter((one) => !one.required && !one.readOnly)
      .map(({ name, title }) => ({ name: title, value: name }));
  });
}

/**
 * The attributes of the user type that the form names. To change users, whose types nobody knows beforehand, those of all
 * types. Undefined where the connection may not read schemas.
 */
async function attributesOf(
  context: ILoadOptionsFunctions,
  client: Client,
  creates: boolean,
): Promise<ProfileAttribute[] | undefined> {
  const { typeId } = (context.getNode().parameters[ADDITIONAL] ?? {}) as Record<string, unknown>;
  // An expression has no item here.
  const named = typeof typeId === 'string' && !typeId.startsWith('=') ? typeId.trim() : '';
  if (named !== '') return client.fields(named);
  const ofDefault = await client.fields();
  if (creates || !ofDefault) return ofDefault;
  const others = await Promise.all((await otherTypes(client)).map((id) => client.fields(id)));
  const all = new Map(ofDefault.map((one) => [one.name, one]));
  for (const one of others.flatMap((fields) => fields ?? [])) if (!all.has(one.name)) all.set(one.name, one);
  return [...all.values()];
}

const userType = z.object({ id: z.string(), default: z.boolean().nullish() });

/** Ids of the user types beside the default one; none where the connection may not read which there are. */
async function otherTypes(client: Client): Promise<string[]> {
  try {
    const call = { path: '/api/v1/meta/types/user', allPages: true };
    const { body } = (await client.run('call_api', call)) as { body: unknown[] };
    const types = body.map((one) => userType.safeParse(one).data);
    return types.flatMap((type) => (type && !type.default ? [type.id] : []));
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

const TYPES: Record<ProfileAttribute['type'], FieldType> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'number',
  number: 'number',
  array: 'array',
  object: 'object',
};

type Attribute = Pick<ProfileAttribute, 'name' | 'title' | 'type' | 'required' | 'readOnly' | 'choices'>;

function knownAttributes(operation: string): Attribute[] {
  const known: HostField[] = actionFields(operation).find(({ kind }) => kind === 'attributes')?.fields ?? [];
  return known.map(({ name, title, required }) => ({
    name: name.split('.').pop() ?? name,
    ...{ title, required, type: 'string', readOnly: false },
  }));
}
