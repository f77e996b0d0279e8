import type { Manifest } from '../../../manifest/manifest.ts';
import type { RawSchema } from '../../../manifest/shared-schemas.ts';
import { OPTIONS_ANSWER } from './answers.ts';
import type { Described } from './offered.ts';
import { arrayOf, type GatewayOperation, type GatewayParameter, objectOf, stringOf } from './operation.ts';

/** Names of the lookups, to which the drop-downs of forms refer. */
export const [OPTIONS, FIELDS] = ['ListOptions', 'ListFields'] as const;

const TAG = 'Lookups';

const anyObject: RawSchema = { type: 'object', additionalProperties: {} };

/** What fills the forms of these operations: drop-downs, and attributes that the org defines. */
export function lookupOperations(manifest: Manifest, { actions, triggers }: Described): GatewayOperation[] {
  const all = [...actions, ...triggers];
  const lists = new Set(all.flatMap(({ options }) => Object.values(options)));
  const resources = new Set(
    actions.flatMap(({ attributes }) => Object.values(attributes).map(({ resource }) => resource)),
  );
  const shown = manifest.options.filter(({ key }) => lists.has(key));
  const within = [...new Set(shown.flatMap((list) => list.within ?? []))];
  return [
    ...(shown.length > 0
      ? [
          optionsOperation(
            shown.map(({ key }) => key),
            within,
          ),
        ]
      : []),
    ...(resources.size > 0 ? [fieldsOperation([...resources])] : []),
  ];
}

function optionsOperation(lists: string[], within: string[]): GatewayOperation {
  return {
    ...lookup(OPTIONS, 'List choices of an input', '/v1/options/{list}'),
    description: 'Objects of the org that an input can name, with their labels, a page at a time.',
    parameters: [
      inPath('list', 'List', 'Which objects.', { enum: lists }),
      inQuery('search', 'Search', 'What their names contain.'),
      inQuery('cursor', 'Cursor', 'Of the previous page.'),
      ...within.map((name) => inQuery(name, name, `Lists that depend on ${name} need it.`)),
    ],
    answer: OPTIONS_ANSWER,
  };
}

function fieldsOperation(resources: string[]): GatewayOperation {
  return {
    ...lookup(FIELDS, 'List attributes of the org', '/v1/fields/{resource}'),
    description: 'The attributes that the org defines for a kind of object, its own included.',
    parameters: [
      inPath('resource', 'Resource', 'Which kind of object.', { enum: resources }),
      inQuery('type', 'Type', 'Id of a user type; the default one when left out.'),
    ],
    answer: objectOf({
      fields: arrayOf(
        objectOf(
          {
            name: stringOf({ title: 'Name' }),
            title: stringOf({ title: 'Title' }),
            type: stringOf({ title: 'Type' }),
          },
          { additionalProperties: {} },
        ),
        { title: 'Fields' },
      ),
      known: { type: 'boolean', title: 'Known', description: 'False when the connection may not read them.' },
      schema: {
        ...anyObject,
        title: 'Schema',
        description: 'JSON Schema of an object with these attributes.',
      },
    }),
  };
}

/** What an operation takes and gives, for callers that build forms. */
export function schemaOperation(keys: string[]): GatewayOperation {
  return {
    ...lookup('DescribeOperation', 'Get the schema of an operation', '/v1/schema/{operation}'),
    description:
      'JSON Schema of the input and the output of an operation, with the attributes that the org defines.',
    parameters: [inPath('operation', 'Operation', 'Which action or trigger.', { enum: keys })],
    answer: objectOf({ input: anyObject, output: anyObject }, { additionalProperties: {} }),
  };
}

const lookup = (id: string, title: string, path: string) => ({
  ...{
    id,
    title,
    path,
    tag: TAG,
    method: 'get' as const,
    status: 200,
    writes: false,
    internal: true as const,
  },
});

const inPath = (name: string, title: string, description: string, schema: RawSchema): GatewayParameter => ({
  ...{ in: 'path', name, title, description, required: true, schema: stringOf(schema) },
});

const inQuery = (name: string, title: string, description: string): GatewayParameter => ({
  ...{ in: 'query', name, title, description, schema: stringOf() },
});
