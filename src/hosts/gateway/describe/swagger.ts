import type { RawSchema } from '../../../manifest/shared-schemas.ts';
import { ERROR_ANSWER, notificationOf } from './answers.ts';
import { dynamicChoices, type FormLookups, formSchema } from './form.ts';
import { FIELDS, OPTIONS } from './lookup-operations.ts';
import {
  type DescriptionSource,
  ERROR_DESCRIPTION,
  infoOf,
  KEY_DESCRIPTION,
  sharedOf,
  tagsOf,
} from './openapi.ts';
import type { GatewayOperation, GatewayParameter } from './operation.ts';
import { gatewayOperations } from './operations.ts';
import { swaggerSchema } from './swagger-schema.ts';
import { unpunctuated } from './words.ts';

/**
 * The gateway as a Swagger 2.0 document with the extensions of Power Automate, Logic Apps and Copilot Studio: drop-downs,
 * attributes of the org, triggers that poll and triggers that are pushed.
 * @throws InputError for an operation or a category that there is not.
 */
export function swagger({ manifest, baseUrl, scope = {} }: DescriptionSource): Record<string, unknown> {
  const { operations, note } = gatewayOperations(manifest, scope, 'flow');
  const answers = sharedOf(operations.map(({ body: _, ...operation }) => operation));
  const { host, pathname, protocol } = new URL(baseUrl);
  const has = (name: string) => operations.some(({ id }) => id === name);
  const lookups = { options: has(OPTIONS) ? manifest.options : [], fields: has(FIELDS) };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const { path, method, trigger, id } = operation;
    const item = trigger && swaggerSchema(notificationOf(answers.schemas[`${id}.item`] ?? {}));
    paths[path] = {
      ...paths[path],
      ...(trigger?.use === 'single'
        ? { 'x-ms-notification-content': { description: 'One item.', schema: item } }
        : {}),
      [method]: swaggerOperation(operation, answers.schemas[`${id}.answer`], lookups),
    };
  }
  const definitions = Object.entries(answers.$defs).map(([name, one]) => [name, swaggerSchema(one)]);
  return {
    swagger: '2.0',
    info: infoOf(manifest, note),
    host,
    basePath: pathname,
    schemes: [protocol.replace(':', '')],
    consumes: ['application/json'],
    produces: ['application/json'],
    tags: tagsOf(operations),
    securityDefinitions: {
      key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: KEY_DESCRIPTION },
    },
    security: [{ key: [] }],
    paths,
    definitions: { ...Object.fromEntries(definitions), Error: swaggerSchema(ERROR_ANSWER) },
    responses: { Error: { description: ERROR_DESCRIPTION, schema: { $ref: '#/definitions/Error' } } },
  };
}

function swaggerOperation(operation: GatewayOperation, answer: RawSchema | undefined, lookups: FormLookups) {
  const { id, title, description, tag, parameters, body, status, trigger, internal } = operation;
  return {
    operationId: id,
    summary: unpunctuated(title),
    description,
    tags: [tag],
    ...(internal ? { 'x-ms-visibility': 'internal' } : {}),
    ...(trigger ? { 'x-ms-trigger': trigger.use, 'x-ms-trigger-hint': HINT } : {}),
    parameters: [
      ...parameters.map((one) => swaggerParameter(one, lookups)),
      ...(body
        ? [
            {
              in: 'body',
              name: 'body',
              description: 'The input.',
              required: true,
              schema: bodySchema(body, operation, lookups),
            },
          ]
        : []),
    ],
    responses: {
      [status]: { description: 'Done.', ...(answer ? { schema: swaggerSchema(answer) } : {}) },
      ...(trigger?.use === 'batch' ? { 202: { description: 'Nothing new since the cursor.' } } : {}),
      default: { $ref: '#/responses/Error' },
    },
  };
}

const HINT = 'To see it work now, make such a change in Okta.';

/** The body of an action is its input; that of a subscription also has the URL, which the platform fills in. */
function bodySchema(body: RawSchema, { of, trigger }: GatewayOperation, lookups: FormLookups): RawSchema {
  if (!of) return swaggerSchema(body);
  if (!trigger) return formSchema(body, of, 'body', lookups);
  const { url, input } = body.properties as { url: RawSchema; input: RawSchema };
  return {
    ...swaggerSchema(body),
    properties: {
      url: { ...swaggerSchema(url), 'x-ms-notification-url': true, 'x-ms-visibility': 'internal' },
      input: formSchema(input, of, 'body/input', lookups),
    },
  };
}

function swaggerParameter(parameter: GatewayParameter, { options }: FormLookups) {
  const { in: place, name, title, description, required, internal, schema } = parameter;
  const list = options.find(({ key }) => key === parameter.options);
  const isLoaded = list && !list.within?.length;
  return {
    in: place,
    name,
    description,
    required: required ?? false,
    'x-ms-summary': title,
    ...(internal ? { 'x-ms-visibility': 'internal' } : required ? {} : { 'x-ms-visibility': 'advanced' }),
    ...swaggerSchema(schema),
    ...(schema.type === 'array' ? { collectionFormat: 'multi' } : {}),
    ...(isLoaded && schema.type !== 'array'
      ? dynamicChoices(list.key, [], (one) => ({ parameterReference: one }))
      : {}),
  };
}
