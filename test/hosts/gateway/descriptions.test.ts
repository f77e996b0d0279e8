import SwaggerParser from '@apidevtools/swagger-parser';
import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../../src/hosts/gateway/describe/scope.ts';
import { shortened } from '../../../src/hosts/gateway/describe/words.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { type Json, nodesIn, openApiOf, operationsIn, swaggerOf } from './described.ts';

const FEW = { operations: ['create_user', 'user_created'] };
const whole = { openapi: openApiOf(), swagger: swaggerOf() };
const operations = operationsIn(whole.swagger);
const byId = new Map(operations.map((one) => [one.operationId, one]));

describe('L4 the descriptions of the gateway', () => {
  // Of whole documents: npm run test:gateway.
  it.each([
    ['openapi', openApiOf(FEW)],
    ['swagger', swaggerOf(FEW)],
  ])('%s of a few: swagger-parser finds no error', async (_, document) => {
    await SwaggerParser.validate(structuredClone(document) as never);
  });

  it('stay within what the platforms take', () => {
    const size = (document: Json) => Math.round(JSON.stringify(document).length / 1_000);
    const sizes = {
      openapi: size(whole.openapi),
      swagger: size(whole.swagger),
      'openapi, 30 operations': size(openApiOf({ limit: 30 })),
      'swagger, 30 operations': size(swaggerOf({ limit: 30 })),
    };
    console.log(`kB of the descriptions: ${JSON.stringify(sizes)}`);
    expect(sizes.openapi).toBeLessThan(700);
    // Power Automate refuses a definition of more than 1 MB.
    expect(sizes.swagger).toBeLessThan(960);
    expect(sizes['openapi, 30 operations']).toBeLessThan(120);
    expect(sizes['swagger, 30 operations']).toBeLessThan(140);
  });

  it('have every action, and every trigger in both of its uses', () => {
    const { triggers } = manifest();
    const remote = triggers.filter(({ kind, input }) => {
      const { required = [] } = input as { required?: string[] };
      return kind !== 'webhook' && !required.includes('scimState');
    });
    const paths = operations.map(({ path }) => path);
    for (const { key } of remote) {
      expect(paths).toContain(`/v1/triggers/${key}/poll`);
      expect(paths).toContain(`/v1/triggers/${key}/subscribe`);
    }
    expect(paths).toContain('/v1/actions/create_user');
    expect(paths.filter((path) => path.startsWith('/v1/actions/')).length).toBeGreaterThan(140);
  });

  it.each(Object.entries(whole))(
    '%s: texts and names that GPT actions and Power Automate take',
    (_, document) => {
      const all = operationsIn(document);
      expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
      for (const { operationId, summary, description, parameters } of all) {
        expect(operationId).toMatch(/^[A-Z][A-Za-z0-9]*$/);
        expect(summary.length, summary).toBeLessThanOrEqual(80);
        expect(summary).not.toMatch(/[.!?]$/);
        expect(description.length, operationId).toBeLessThanOrEqual(300);
        expect(description, operationId).toMatch(/[.…]$/);
        for (const one of parameters) expect((one.description as string).length).toBeLessThanOrEqual(700);
      }
      for (const { path, node } of nodesIn(document)) {
        if (typeof node.description === 'string')
          expect(node.description.length, path).toBeLessThanOrEqual(700);
      }
    },
  );
});

describe('L4 the tags of a description', () => {
  it.each(Object.entries(whole))('%s: are those of its operations, and name some of them', (_, document) => {
    const tags = document.tags as { name: string; description: string }[];
    const all = operationsIn(document);
    expect(tags.map(({ name }) => name).sort()).toEqual([...new Set(all.flatMap(({ tags }) => tags))].sort());
    for (const { name, description } of tags) {
      const own = all.filter((one) => one.tags.includes(name)).map(({ summary }) => summary);
      const [first = '', ...others] = description.replace(/(, and \d+ more)?\.$/, '').split('; ');
      for (const title of [first, ...others]) expect(own).toContain(title);
    }
  });
});

describe('L4 the description for Power Automate', () => {
  it('has nothing that Swagger 2 does not know', () => {
    const unknown = [
      'anyOf',
      'oneOf',
      'const',
      'examples',
      'propertyNames',
      'writeOnly',
      '$defs',
      'nullable',
    ];
    const schemas = [
      whole.swagger.definitions,
      operations.map(({ parameters, responses }) => [parameters, responses]),
    ];
    const found = nodesIn(schemas).filter(
      ({ path, node }) =>
        !/(^|\.)(properties|example)$/.test(path) &&
        !path.includes('.example.') &&
        (Array.isArray(node.type) ||
          unknown.some((name) => name in node) ||
          (typeof node.$ref === 'string' && Object.keys(node).length > 1)),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('fills each drop-down and form by an operation that it has, from inputs that there are', () => {
    let lists = 0;
    for (const operation of operations) {
      for (const { path, node } of nodesIn(operation.parameters)) {
        const list = node['x-ms-dynamic-list'] ?? node['x-ms-dynamic-properties'];
        if (list === undefined) continue;
        lists += 1;
        const { operationId, parameters } = list as { operationId: string; parameters: Record<string, Json> };
        const filler = byId.get(operationId);
        expect(filler, path).toBeDefined();
        for (const [name, { value, parameterReference }] of Object.entries(parameters)) {
          const taken = filler?.parameters.find((one) => one.name === name);
          expect(taken, `${path}: ${name}`).toBeDefined();
          if (value !== undefined) expect((taken?.enum as string[]) ?? [value]).toContain(value);
          else expect(inputAt(operation.parameters, parameterReference as string), path).toBeDefined();
        }
      }
    }
    expect(lists).toBeGreaterThan(100);
  });

  it('names each input for people', () => {
    for (const { operationId, parameters } of operations) {
      for (const one of parameters) {
        if (one.in !== 'body') expect(one['x-ms-summary'], `${operationId} ${String(one.name)}`).toBeTruthy();
        const { properties = {} } = (one.schema ?? {}) as { properties?: Record<string, Json> };
        for (const [name, field] of Object.entries(properties)) {
          expect(field['x-ms-summary'], `${operationId} ${name}`).toBeTruthy();
        }
      }
    }
  });

  it('polls for a batch with a hidden cursor, and has single items pushed to a hidden URL', () => {
    const poll = byId.get('UserCreated');
    expect(poll).toMatchObject({ method: 'get', 'x-ms-trigger': 'batch' });
    expect(poll?.responses[200]?.schema).toMatchObject({ type: 'array' });
    expect(Object.keys(poll?.responses ?? {})).toEqual(['200', '202', 'default']);
    expect(poll?.parameters.find(({ name }) => name === 'cursor')).toMatchObject({
      required: false,
      'x-ms-visibility': 'internal',
    });
    const pushed = byId.get('UserCreatedPushed');
    expect(pushed).toMatchObject({ method: 'post', 'x-ms-trigger': 'single' });
    const { schema } = (pushed?.parameters ?? []).find((one) => one.in === 'body') as {
      schema: { properties: Json };
    };
    expect(schema.properties.url).toMatchObject({
      'x-ms-notification-url': true,
      'x-ms-visibility': 'internal',
    });
    const path = (whole.swagger.paths as Record<string, Json>)[pushed?.path as string];
    expect(path?.['x-ms-notification-content']).toMatchObject({
      description: expect.any(String),
      schema: {},
    });
    expect(byId.get('Unsubscribe')).toMatchObject({ method: 'delete', 'x-ms-visibility': 'internal' });
  });
});

/** The input to which `body/a/b` refers. */
function inputAt(parameters: Json[], reference: string): unknown {
  const [root, ...names] = reference.split('/');
  let at = parameters.find(({ name }) => name === root);
  at = (at?.schema as Json) ?? at;
  for (const name of names) at = (at?.properties as Record<string, Json> | undefined)?.[name];
  return at;
}

describe('L4 a selection', () => {
  const keysOf = (scope: Parameters<typeof openApiOf>[0]) =>
    operationsIn(openApiOf(scope)).map(({ operationId }) => operationId);

  it('has the named operations and what fills their forms', () => {
    const chosen = keysOf({ operations: ['create_user', 'user_created'] });
    expect(chosen).toEqual(
      expect.arrayContaining(['ListOptions', 'CreateUser', 'PullUserCreated', 'Subscribe']),
    );
    expect(chosen).not.toContain('GetUser');
    expect(keysOf({ operations: ['list_user_types'] })).not.toContain('ListOptions');
  });

  it('never exceeds its limit, and says so', () => {
    for (const limit of [1, 7, 30]) {
      for (const document of [openApiOf({ limit }), swaggerOf({ limit })]) {
        expect(operationsIn(document)).toHaveLength(limit);
        expect((document.info as Json).description).toMatch(
          new RegExp(`Limited to ${limit} operations; \\d+ are left out`),
        );
      }
    }
    expect(JSON.stringify(openApiOf({ limit: 10_000 }).info)).not.toContain('Limited');
  });

  it('that only reads has no write', () => {
    const writes = operationsIn(openApiOf({ readOnly: true })).filter(
      (one) => one['x-openai-isConsequential'],
    );
    expect(writes).toEqual([]);
    expect(keysOf({ readOnly: true })).toContain('GetUser');
  });

  it('is read from a query', () => {
    const query = new URLSearchParams('operations=a,b&operations=c&category=x&read_only=true&limit=30');
    expect(scopeOf(query)).toEqual({
      operations: ['a', 'b', 'c'],
      categories: ['x'],
      readOnly: true,
      limit: 30,
    });
    expect(scopeOf(new URLSearchParams())).toEqual({});
  });

  it.each([
    ['limit=0', /limit is a whole number/],
    ['limit=1e3', /limit is a whole number/],
    ['read_only=yes', /true or false/],
    ['operation=get_user', /no parameter operation; did you mean operations/],
  ])('refuses ?%s', (query, message) => {
    expect(() => scopeOf(new URLSearchParams(query))).toThrow(message);
  });

  it('refuses what the gateway does not have', () => {
    expect(() => openApiOf({ operations: ['creat_user'] })).toThrow(
      /no operation creat_user; did you mean create_user/,
    );
    expect(() => swaggerOf({ categories: ['__proto__'] })).toThrow(/no category __proto__/);
  });
});

describe('a long description', () => {
  it('ends with a whole sentence, or a whole word', () => {
    expect(shortened('Short.')).toBe('Short.');
    expect(shortened(`First sentence. ${'word '.repeat(80)}`)).toBe('First sentence.');
    expect(shortened('word '.repeat(80))).toMatch(/word…$/);
    expect(shortened('x'.repeat(400)).length).toBeLessThanOrEqual(300);
  });
});
