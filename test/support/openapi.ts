import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** Okta's OpenAPI documents as a referee: does a request, or an answer, match what Okta publishes? */
export interface Spec {
  /** The documented operation behind a method and a pathname; the most specific template wins. */
  operation(method: string, pathname: string): { template: string; operation: Operation } | undefined;
  /** What is wrong with a request: unknown path, unknown or ill-typed query parameter, body that doesn't match. */
  checkRequest(request: SpecRequest): string[];
  /** What is wrong with an answer: unlisted success status, or a body that doesn't match. */
  checkResponse(method: string, path: string, status: number, body: unknown): string[];
}

export interface SpecRequest {
  method: string;
  path: string;
  query?: Record<string, unknown> | URLSearchParams;
  body?: unknown;
}

export interface Operation {
  operationId: string;
  parameters: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
  security?: Record<string, string[]>[];
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

type Schema = Record<string, unknown>;
type Direction = 'request' | 'response';
interface Document {
  paths: Record<string, Record<string, unknown>>;
  components: Record<string, Record<string, Schema>>;
}
interface Route {
  template: string;
  segments: string[];
  methods: Map<string, Operation>;
  document: SpecDocument;
}

const folder = new URL('../../../shared/okta/', import.meta.url);
const files = ['management-openapi.json', 'oauth-openapi.json', 'governance-openapi.json'];
const methodNames = ['get', 'post', 'put', 'patch', 'delete'];

/** Loads the documents next to the project; undefined when they are not there, so that tests can skip. */
export function loadSpec(): Spec | undefined {
  const paths = files.map((file) => fileURLToPath(new URL(file, folder)));
  if (!paths.every((path) => existsSync(path))) return undefined;
  const routes = paths.flatMap((path) => new SpecDocument(JSON.parse(readFileSync(path, 'utf8'))).routes());
  return new RoutedSpec(routes);
}

class RoutedSpec implements Spec {
  readonly #routes: Route[];

  constructor(routes: Route[]) {
    this.#routes = routes;
  }

  operation(method: string, pathname: string) {
    const found = this.#find(method, pathname);
    return found && { template: found.route.template, operation: found.operation };
  }

  checkRequest({ method, path, query, body }: SpecRequest): string[] {
    const url = new URL(path, 'http://localhost');
    const found = this.#find(method, url.pathname);
    if (!found) return [`${method} ${url.pathname} is not documented`];
    const { operation, route } = found;
    const values = { ...Object.fromEntries(url.searchParams), ...plain(query) };
    const problems = checkQuery(operation, route.document, values);
    const content = operation.requestBody?.content;
    if (body === undefined)
      return operation.requestBody?.required ? [...problems, 'body: missing'] : problems;
    if (!content) return [...problems, 'body: none is documented'];
    // A signed event is recorded as what it says.
    if (content['application/secevent+jwt']) {
      const schema = { $ref: '#/components/schemas/SecurityEventTokenRequestJwtBody' };
      return [...problems, ...route.document.check('request', schema, (body as { claims?: unknown }).claims)];
    }
    return [...problems, ...route.document.check('request', schemaOf(content), body)];
  }

  checkResponse(method: string, path: string, status: number, body: unknown): string[] {
    const { pathname } = new URL(path, 'http://localhost');
    const found = this.#find(method, pathname);
    if (!found) return [`${method} ${pathname} is not documented`];
    const { operation, route } = found;
    const listed = route.document.resolve(operation.responses[String(status)]) as
      | Operation['responses'][string]
      | undefined;
    if (status >= 400) {
      // Okta leaves the body of some OAuth refusals empty and answers more error codes than it lists.
      if (isEmpty(body)) return [];
      const schema = schemaOf(listed?.content) ?? { $ref: '#/components/schemas/Error' };
      return route.document.check('response', schema, body);
    }
    if (!listed) return [`status ${status} is not documented`];
    const schema = schemaOf(listed.content);
    if (!schema) return isEmpty(body) ? [] : ['body: none is documented'];
    return isEmpty(body) && body === undefined
      ? ['body: missing']
      : route.document.check('response', schema, body);
  }

  #find(method: string, pathname: string): { route: Route; operation: Operation } | undefined {
    const segments = pathname.split('/');
    for (const route of this.#routes
      .filter((candidate) => matches(candidate.segments, segments))
      .sort(bySpecificity)) {
      const operation = route.methods.get(method.toLowerCase());
      if (operation) return { route, operation };
    }
    return undefined;
  }
}

class SpecDocument {
  readonly #document: Document;
  readonly #ajv = new Map<Direction, Ajv>();
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.#document = document;
  }

  routes(): Route[] {
    return Object.entries(this.#document.paths).map(([template, item]) => {
      const shared = (item.parameters ?? []) as Parameter[];
      const methods = new Map<string, Operation>();
      for (const name of methodNames) {
        const operation = item[name] as Operation | undefined;
        if (!operation) continue;
        const parameters = [...shared, ...(operation.parameters ?? [])];
        methods.set(name, {
          ...operation,
          parameters: parameters.map((parameter) => this.resolve(parameter) as Parameter),
          requestBody: this.resolve(operation.requestBody) as Operation['requestBody'],
        });
      }
      return { template, segments: template.split('/'), methods, document: this };
    });
  }

  resolve(value: unknown): unknown {
    const reference = (value as { $ref?: string } | undefined)?.$ref;
    if (reference === undefined) return value;
    const [, , section, name] = reference.split('/') as [string, string, string, string];
    return this.resolve(this.#document.components[section]?.[name]);
  }

  check(direction: Direction, schema: Schema | undefined, value: unknown): string[] {
    if (!schema) return [];
    const validate = this.#validator(direction, schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      (e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`,
    );
  }

  #validator(direction: Direction, schema: Schema): ValidateFunction {
    const key = `${direction} ${JSON.stringify(schema)}`;
    const known = this.#validators.get(key);
    if (known) return known;
    const validate = this.#compiler(direction).compile(this.#convert(schema, direction) as Schema);
    this.#validators.set(key, validate);
    return validate;
  }

  #compiler(direction: Direction): Ajv {
    const known = this.#ajv.get(direction);
    if (known) return known;
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false });
    addFormats.default(ajv);
    const schemas: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(this.#document.components.schemas ?? {})) {
      // A subtype names its base in allOf; the base must not send the check back to the subtype.
      const converted = this.#convert(schema, direction) as Schema;
      schemas[`${name}.base`] = converted;
      schemas[name] = {
        ...converted,
        allOf: [...((converted.allOf ?? []) as Schema[]), ...subtypes(name, schema)],
      };
    }
    ajv.addSchema({ $id: 'okta', components: { schemas } });
    this.#ajv.set(direction, ajv);
    return ajv;
  }

  #convert(schema: unknown, direction: Direction): unknown {
    if (Array.isArray(schema)) return schema.map((item) => this.#convert(item, direction));
    if (typeof schema !== 'object' || schema === null) return schema;
    const source = schema as Schema;
    if (typeof source.$ref === 'string') return { $ref: `okta${source.$ref}` };
    const target: Schema = {};
    for (const [key, value] of Object.entries(source)) {
      if (key === 'properties') {
        target.properties = this.#convertMembers(source, direction);
      } else if (key === 'items' || key === 'additionalProperties' || key === 'not') {
        target[key] = this.#convert(value, direction);
      } else if (key === 'allOf') {
        target.allOf = (value as Schema[]).map((part) => base(this.#convert(part, direction) as Schema));
      } else if (key === 'oneOf' || key === 'anyOf') {
        // The alternatives overlap in practice: a discriminator, not the shape, tells them apart.
        target.anyOf = this.#convert(value, direction);
      } else if (passed.has(key)) {
        target[key] = value;
      }
    }
    if (typeof target.pattern === 'string' && !isPattern(target.pattern)) delete target.pattern;
    if (Array.isArray(source.required)) target.required = this.#required(source, direction);
    return source.nullable === true ? nullable(target) : target;
  }

  /** Okta answers null for many an optional member that it documents as never null. */
  #convertMembers(source: Schema, direction: Direction): Schema {
    const required = new Set((source.required ?? []) as string[]);
    const members = Object.entries(source.properties as Schema).map(([name, member]) => {
      const converted = this.#convert(member, direction) as Schema;
      return [name, direction === 'response' && !required.has(name) ? nullable(converted) : converted];
    });
    return Object.fromEntries(members);
  }

  /** Members that the other side never sends can't be demanded from it. */
  #required(schema: Schema, direction: Direction): string[] {
    const hidden = direction === 'request' ? 'readOnly' : 'writeOnly';
    const members = this.#members(schema);
    return (schema.required as string[]).filter((name) => {
      const member = members[name];
      return !(member?.[hidden] === true || (this.resolve(member) as Schema | undefined)?.[hidden] === true);
    });
  }

  #members(schema: Schema): Record<string, Schema> {
    const inherited = ((schema.allOf ?? []) as Schema[]).map((part) =>
      this.#members(this.resolve(part) as Schema),
    );
    return Object.assign({}, ...inherited, schema.properties);
  }
}

const passed = new Set([
  'type',
  'enum',
  'const',
  'format',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);

function checkQuery(operation: Operation, document: SpecDocument, values: Record<string, unknown>): string[] {
  const parameters = operation.parameters.filter((parameter) => parameter.in === 'query');
  const known = new Set(parameters.map((parameter) => parameter.name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  const missing = parameters.filter(
    (parameter) => parameter.required && values[parameter.name] === undefined,
  );
  const wrong = parameters.flatMap(({ name, schema }) =>
    values[name] === undefined
      ? []
      : document
          .check('request', schema, typed(document.resolve(schema) as Schema, values[name]))
          .map((p) => `${name}: ${p}`),
  );
  return [
    ...unknown.map((name) => `query ${name}: not documented`),
    ...missing.map(({ name }) => `query ${name}: missing`),
    ...wrong.map((problem) => `query ${problem}`),
  ];
}

/** The value that a query string stands for, under its documented type. */
function typed(schema: Schema | undefined, value: unknown): unknown {
  const text = String(value);
  if (schema?.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if (
    (schema?.type === 'integer' || schema?.type === 'number') &&
    text.trim() !== '' &&
    !Number.isNaN(Number(text))
  )
    return Number(text);
  if (schema?.type === 'array') return Array.isArray(value) ? value : text.split(',');
  return text;
}

function plain(query: SpecRequest['query']): Record<string, unknown> {
  return query instanceof URLSearchParams ? Object.fromEntries(query) : (query ?? {});
}

function schemaOf(content: Record<string, { schema?: Schema }> | undefined): Schema | undefined {
  if (!content) return undefined;
  return (content['application/json'] ?? Object.values(content)[0])?.schema;
}

/** Nothing, or the bare `{}` that Okta answers where its specification promises no body. */
function isEmpty(body: unknown): boolean {
  if (body === undefined || body === null || body === '') return true;
  return typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0;
}

function matches(template: string[], segments: string[]): boolean {
  if (template.length !== segments.length) return false;
  return template.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]));
}

function bySpecificity(a: Route, b: Route): number {
  for (const [i, part] of a.segments.entries()) {
    const difference = Number(part.startsWith('{')) - Number(b.segments[i]?.startsWith('{'));
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * `if discriminator value then subtype`, for a base that lists its subtypes only in a mapping. Some name the base itself, which
 * would never end.
 */
function subtypes(name: string, schema: Schema): Schema[] {
  const discriminator = schema.discriminator as
    | { propertyName: string; mapping?: Record<string, string> }
    | undefined;
  if (!discriminator?.mapping || schema.oneOf || schema.anyOf) return [];
  const { propertyName, mapping } = discriminator;
  const own = `#/components/schemas/${name}`;
  const others = Object.entries(mapping).filter(([, reference]) => reference !== own);
  const branches = others.map(([value, reference]) => ({
    if: { properties: { [propertyName]: { const: value } }, required: [propertyName] },
    // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword
    then: { $ref: `okta${reference}` },
  }));
  return branches;
}

function base(schema: Schema): Schema {
  return typeof schema.$ref === 'string' ? { $ref: `${schema.$ref}.base` } : schema;
}

function nullable(schema: Schema): Schema {
  if (typeof schema.type === 'string' && schema.enum === undefined)
    return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
