import type {
  FieldType,
  ILoadOptionsFunctions,
  INodeListSearchResult,
  INodePropertyOptions,
  ResourceMapperFields,
} from 'n8n-workflow';
import type { Client } from '../../../client.ts';
import { connector } from '../../../connector.ts';
import { InputError } from '../../../errors/errors.ts';
import { eventTypes, isHookEligible } from '../../../resources/event-type/catalogue.ts';
import type { ProfileAttribute } from '../../../schema/profile-attribute.ts';
import type { HostField } from '../../fields.ts';
import { ADDITIONAL, loadMethod, parameterOf, searchMethod } from '../names.ts';
import { clientOf } from './client.ts';
import { nodeError } from './errors.ts';
import { actionFields } from './operations.ts';

/** Of 50 entries each: nobody scrolls further. Event types come from a built-in catalogue, not from Okta. */
const MAX_PAGES = 40;

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
      const page = await client.options(key, {
        ...{ search: filter, cursor: paginationToken },
        within: within(this, key),
      });
      return {
        results: page.items.map(({ label, value }) => ({ name: label, value })),
        paginationToken: page.cursor,
      };
    });
  };

const load = (key: string) =>
  async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    return withClient(this, async (client) => {
      const all: INodePropertyOptions[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        pages += 1;
        const page = await client.options(key, { cursor, within: within(this, key) });
        all.push(...page.items.map(({ label, value }) => ({ name: label, value })));
        cursor = page.cursor;
      } while (cursor !== undefined && pages < MAX_PAGES);
      return all;
    });
  };

/** Values of the form's fields on which a drop-down depends. */
function within(context: ILoadOptionsFunctions, key: string): Record<string, string> {
  const found = connector.resources.find(({ choices }) => choices?.key === key);
  const names = found?.choices?.within ?? [];
  return Object.fromEntries(names.map((name) => [name, textOf(context, parameterOf({ name }))]));
}

const drop = connector.resources.flatMap(({ choices }) => choices?.key ?? []);

/** Drop-downs that search while the user types. */
export const listSearch = Object.fromEntries(drop.map((key) => [searchMethod(key), search(key)]));

/** Drop-downs that are loaded completely. */
export const loadOptions = Object.fromEntries(drop.map((key) => [loadMethod(key), load(key)]));

/** The event types that an event hook can deliver. */
export async function getInstantEventTypes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return eventTypes.filter(isHookEligible).map((value) => ({ name: value, value }));
}

/** The profile attributes of this org, or the standard ones if the connection may not read schemas. */
export async function getProfileAttributes(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  return withClient(this, async (client) => {
    const field = attributesField(this);
    const attributes = await attributesOf(this, client, field);
    const fields = (attributes ?? knownAttributes(field)).filter((one) => !one.readOnly);
    return {
      fields: fields.map((one) => ({
        id: one.name,
        displayName: one.title,
        required: field.required && one.required,
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

/** Attributes that can be cleared. */
export async function getClearableAttributes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return withClient(this, async (client) => {
    const field = { ...attributesField(this), required: false };
    const attributes = (await attributesOf(this, client, field)) ?? knownAttributes(field);
    return attributes
      .filter((one) => !one.required && !one.readOnly)
      .map(({ name, title }) => ({ name: title, value: name }));
  });
}

/** The field of the selected operation whose members are attributes; a new node has no operation yet. */
function attributesField(context: ILoadOptionsFunctions): HostField {
  const operation = String(context.getNodeParameter('operation', 'create_user'));
  const found = actionFields(operation).find(({ kind }) => kind === 'attributes');
  if (found) return found;
  throw new InputError(`${operation} has no attributes`, { hint: 'Select another operation.' });
}

/**
 * The attributes of the object kind selected in the form; for updates, where the kind is not known in advance, those of all
 * kinds. Undefined if the connection may not read schemas.
 */
async function attributesOf(
  context: ILoadOptionsFunctions,
  client: Client,
  field: HostField,
): Promise<ProfileAttribute[] | undefined> {
  const { resource, by } = field.attributesOf ?? {};
  const kind = by === undefined ? '' : textOf(context, parameterOf({ name: by }));
  if (kind !== '') return client.fields(kind, { resource });
  return client.fields(undefined, { resource, allKinds: !field.required });
}

/** The value of a form field; an expression cannot be resolved here, for lack of an item. */
function textOf(context: ILoadOptionsFunctions, name: string): string {
  const { parameters } = context.getNode();
  const { [ADDITIONAL]: additional } = parameters as Record<string, Record<string, unknown> | undefined>;
  const given = parameters[name] ?? additional?.[name];
  const value = typeof given === 'object' && given !== null && 'value' in given ? given.value : given;
  return typeof value === 'string' && !value.startsWith('=') ? value.trim() : '';
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

function knownAttributes({ fields: known = [] }: HostField): Attribute[] {
  return known.map(({ name, title, required }) => ({
    name: name.split('.').pop() ?? name,
    ...{ title, required, type: 'string', readOnly: false },
  }));
}
