import type { Manifest } from '../../../manifest/manifest.ts';
import { type RawSchema, shareSchemas } from '../../../manifest/shared-schemas.ts';
import { ERROR_ANSWER, withoutExamples } from './answers.ts';
import type { GatewayOperation, GatewayParameter } from './operation.ts';
import { gatewayOperations } from './operations.ts';
import type { DescriptionScope } from './scope.ts';
import { unpunctuated } from './words.ts';

/** What a description is made from. */
export interface DescriptionSource {
  manifest: Manifest;
  /** Where the gateway is reached, without a slash at the end: `https://okta.acme.example`. */
  baseUrl: string;
  scope?: DescriptionScope;
}

/**
 * The gateway as an OpenAPI 3.1 document: every action, drop-down and trigger of the scope, with typed bodies.
 * @throws InputError for an operation or a category that there is not.
 */
export function openApi({ manifest, baseUrl, scope = {} }: DescriptionSource): Record<string, unknown> {
  const { operations, note } = gatewayOperations(manifest, scope, 'pull');
  const shared = moved(sharedOf(operations));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: openApiOperation(operation, shared.schemas),
    };
  }
  return {
    openapi: '3.1.0',
    info: infoOf(manifest, note),
    servers: [{ url: baseUrl }],
    tags: tagsOf(operations),
    security: [{ bearer: [] }, { key: [] }],
    paths,
    components: {
      schemas: { ...shared.$defs, Error: ERROR_ANSWER },
      responses: {
        Error: {
          description: ERROR_DESCRIPTION,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: KEY_DESCRIPTION },
      },
    },
  };
}

export const KEY_DESCRIPTION = 'A key of the gateway, made by okta-connector serve keys add.';

export const ERROR_DESCRIPTION =
  'What went wrong and what to do: 400 input, 401 key, 403 not allowed, 404 not found, 409 conflict, 422 refused, 429 wait, 502 to 504 Okta.';

export function infoOf(manifest: Manifest, note: string): Record<string, unknown> {
  return {
    title: `${manifest.title} gateway`,
    description: [manifest.description, note].filter((part) => part !== '').join(' '),
    version: manifest.version,
    contact: { name: manifest.key, url: manifest.docsUrl },
  };
}

/** How many operations the description of a tag names. */
const NAMED = 4;

/** The tags, which are the categories of the connector; each says what some of its operations do. */
export function tagsOf(operations: readonly GatewayOperation[]): { name: string; description: string }[] {
  const names = [...new Set(operations.map(({ tag }) => tag))];
  return names.map((name) => {
    const own = operations.filter(({ tag }) => tag === name);
    const titles = [...new Set(own.map(({ title }) => unpunctuated(title)))];
    const rest = titles.length - NAMED;
    const more = rest > 0 ? `, and ${rest} more` : '';
    return { name, description: `${titles.slice(0, NAMED).join('; ')}${more}.` };
  });
}

/** Schemas of bodies, answers and items by `ID.body`, `ID.answer` and `ID.item`; those that repeat are in `$defs`. */
export function sharedOf(operations: readonly GatewayOperation[]) {
  const schemas: Record<string, RawSchema> = {};
  for (const { id, body, answer, trigger } of operations) {
    if (answer) schemas[`${id}.answer`] = withoutExamples(answer);
    if (body) schemas[`${id}.body`] = body;
    if (trigger) schemas[`${id}.item`] = withoutExamples(trigger.item);
  }
  return shareSchemas(schemas);
}

/** References of shared schemas, as OpenAPI has them. */
const moved = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as T;

function openApiOperation(operation: GatewayOperation, schemas: Record<string, RawSchema>) {
  const { id, title, description, tag, parameters, body, status, answer, writes } = operation;
  return {
    operationId: id,
    summary: unpunctuated(title),
    description,
    tags: [tag],
    ...(parameters.length > 0 ? { parameters: parameters.map(openApiParameter) } : {}),
    ...(body
      ? {
          requestBody: { required: true, content: { 'application/json': { schema: schemas[`${id}.body`] } } },
        }
      : {}),
    responses: {
      [status]: {
        description: 'Done.',
        ...(answer ? { content: { 'application/json': { schema: schemas[`${id}.answer`] } } } : {}),
      },
      default: { $ref: '#/components/responses/Error' },
    },
    // ChatGPT asks before each call that changes something.
    'x-openai-isConsequential': writes,
  };
}

const openApiParameter = ({ in: place, name, description, required, schema }: GatewayParameter) => ({
  in: place,
  name,
  description,
  ...(required ? { required } : {}),
  schema,
});
