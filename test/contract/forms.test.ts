import { DOMParser } from '@xmldom/xmldom';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { hostFields, nest, remoteFields } from '../../src/hosts/index.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { humanize } from '../../src/schema/labels.ts';
import { valueAt } from '../../src/schema/table.ts';

const { actions, triggers, categories, findOrCreate, icon, color, connection } = manifest();
const operations = [...actions, ...triggers];

interface Node {
  [keyword: string]: unknown;
  enum?: unknown[];
  const?: unknown;
  title?: string;
  oneOf?: Node[];
  anyOf?: Node[];
  allOf?: Node[];
  items?: Node;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
}

/** Every schema within a schema, with its dotted name. */
function nodesOf(node: Node, path: string): [string, Node][] {
  const { properties = {}, items, additionalProperties: rest, anyOf = [], oneOf = [], allOf = [] } = node;
  const inner: [string, Node][] = [
    ...Object.entries(properties).map(([name, one]): [string, Node] => [`${path}.${name}`, one]),
    ...(items ? [[`${path}[]`, items] as [string, Node]] : []),
    ...(typeof rest === 'object' ? [[`${path}.*`, rest] as [string, Node]] : []),
    ...(node.enum ? [] : [...anyOf, ...oneOf, ...allOf].map((one): [string, Node] => [path, one])),
  ];
  return [[path, node], ...inner.flatMap(([at, one]) => nodesOf(one, at))];
}

const inputs = [
  ...operations.map(({ key, input }) => [key, input as Node] as const),
  ...connection.auth.map(({ type, fields }) => [String(type), fields as unknown as Node] as const),
];
const nodes = inputs.flatMap(([key, input]) => nodesOf(input, key));

/** Names that are written in capitals, and those that are short: what is neither should be read as words. */
const CAPITALS =
  /^(API|CORS|FIDO|GET|HEAD|HMAC|HOTP|ID|IP|JWT|LDAP|PATCH|POST|PUT|DELETE|RSA|SAML|SCIM|SHA-\d+|SMS|TOTP|U2F|CSV|[RE]S\d{3})$/;
const SHORT = /^(a|an|is|at|in|of|or|to|on|no|it|by)$/i;

function wrongWith(label: string): string | undefined {
  if (!/^([A-Z]|openid-client|node-saml)/.test(label)) return 'begins with a small letter';
  if (/[_]|\.(?!\d|js)/.test(label) && !label.includes('mod_')) return 'is a constant';
  if (label.length > 60) return 'is too long';
  for (const word of label.split(/[\s()/]+/).filter(Boolean)) {
    if (/^[A-Z\d-]{2,}$/.test(word) && !CAPITALS.test(word)) return `has capitals: ${word}`;
    if (/^[a-z]{1,2}$/.test(word) && !SHORT.test(word)) return `has an abbreviation: ${word}`;
  }
  return undefined;
}

describe('L every operation tells hosts what it is about', () => {
  it.each(operations.map((one) => [one.key, one] as const))('%s has a noun and a category', (_, one) => {
    expect(one.noun).toMatch(/^(SCIM |SAML |API |system )?[a-z][a-z-]*( [a-z-]+)*$|^API token$/);
    expect(categories.map(({ key }) => key)).toContain(one.category);
  });

  it('and each category has operations, and a title of its own', () => {
    for (const { key } of categories)
      expect(
        operations.some(({ category }) => category === key),
        key,
      ).toBe(true);
    expect(new Set(categories.map(({ title }) => title)).size).toBe(categories.length);
  });
});

describe('L every value has a label, every field a title', () => {
  const enums = nodes.filter(([, node]) => node.enum);

  it.each(enums.map(([path, node]) => [path, node] as const))(
    '%s',
    (_, { enum: values = [], oneOf = [] }) => {
      expect(oneOf.map((one) => one.const)).toEqual(values);
      const labels = oneOf.map(({ title = '' }) => title);
      expect(labels.map((label) => [label, wrongWith(label)]).filter(([, wrong]) => wrong)).toEqual([]);
      expect(new Set(labels).size).toBe(labels.length);
    },
  );

  it('a label that is only a constant is noticed', () => {
    const bad = ['MFA_ENROLL', 'SMSX', 'eq', 'staged', 'com.okta.x'];
    expect(bad.map((label) => wrongWith(label) !== undefined)).toEqual(bad.map(() => true));
  });

  it('a label is made of the value where none is declared', () => {
    expect(['LOCKED_OUT', 'user.created', 'excludedUserIds', 'RS256', 'API_ACCESS'].map(humanize)).toEqual([
      ...['Locked out', 'User created', 'Excluded user IDs', 'RS256', 'API access'],
    ]);
  });

  it('members of inputs, however deep', () => {
    const members = nodes.flatMap(([path, { properties = {} }]) =>
      Object.entries(properties).map(([name, { title = '' }]) => [`${path}.${name}`, title]),
    );
    expect(members.length).toBeGreaterThan(600);
    expect(
      members.filter(([, title = '']) => !/^[A-Z"]\S*( \S+)*$/.test(title) || title.includes('_')),
    ).toEqual([]);
  });

  it('and the fields of a form have them', () => {
    const fields = operations.flatMap((one) =>
      hostFields(one).flatMap(({ members = [], fields = [], ...field }) => [field, ...members, ...fields]),
    );
    const offered = fields.filter(({ choices }) => choices);
    expect(offered.length).toBeGreaterThan(40);
    for (const { name, choices, labels = {} } of offered)
      expect(Object.keys(labels).sort(), name).toEqual([...(choices ?? [])].sort());
  });

  it.each([
    ['draft-07', Ajv],
    ['2020-12', Ajv2020],
  ])('and Ajv in strict mode takes every input as %s', (_, Validator) => {
    const ajv = new Validator({
      strict: true,
      strictTypes: false,
      strictRequired: false,
      allErrors: true,
    });
    formats.default(ajv as never);
    for (const { key, input, sample } of operations) {
      const check = ajv.compile(input);
      expect(check(sample.input), `${key}: ${ajv.errorsText(check.errors)}`).toBe(true);
    }
  });
});

describe('L the connector has a face', () => {
  it('an icon: a small SVG of our own, that loads nothing', () => {
    const problems: unknown[] = [];
    const root = new DOMParser({ onError: (...problem) => problems.push(problem) }).parseFromString(
      icon,
      'image/svg+xml',
    ).documentElement;
    expect([root?.localName, root?.namespaceURI, problems]).toEqual([
      'svg',
      'http://www.w3.org/2000/svg',
      [],
    ]);
    expect(root?.getAttribute('viewBox')).toMatch(/^0 0 (\d+) \1$/);
    expect(Buffer.byteLength(icon)).toBeLessThan(2_000);
    expect(icon).not.toMatch(/<script|<image|<text|href|url\(|on\w+=/i);
  });

  it('and a colour, which the icon has, too', () => {
    expect(color).toMatch(/^#[0-9a-f]{6}$/);
    expect(icon).toContain(color);
  });
});

describe('L inputs that mean this machine', () => {
  it('are inputs of the operation, and left out of the form of a host elsewhere', () => {
    const some = operations.filter(({ local }) => local.length > 0);
    expect(some.length).toBeGreaterThan(5);
    for (const one of some) {
      expect(Object.keys(one.input.properties as object)).toEqual(expect.arrayContaining(one.local));
      const names = remoteFields(one).map(({ name }) => name);
      expect(
        names.filter((name) => one.local.includes(name)),
        one.key,
      ).toEqual([]);
      expect(names.length + one.local.length).toBe(hostFields(one).length);
    }
  });

  it('are all that speak of a file', () => {
    const spoken = operations.flatMap(({ key, input, local }) =>
      Object.entries((input as Node).properties ?? {})
        .filter(
          ([name, { description = '' }]) =>
            /\b(a file|File,|folder)\b/.test(String(description)) && !local.includes(name),
        )
        .map(([name]) => `${key}.${name}`),
    );
    expect(spoken).toEqual([]);
  });
});

describe('L find or create', () => {
  let sandbox: Sandbox;
  let client: Client;
  beforeAll(async () => {
    sandbox = await startSandbox();
    client = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
  });
  afterAll(async () => {
    client.close();
    await sandbox.close();
  });

  it('there is a pair for users and one for groups', () => {
    expect(findOrCreate.map(({ create }) => create)).toEqual(['create_user', 'create_group']);
  });

  it.each(findOrCreate.map((pair) => [`${pair.find}, ${pair.create}`, pair] as const))(
    '%s: finds nothing, creates, finds the same',
    async (_, { find, create, by, with: always = {}, at }) => {
      const action = actions.find(({ key }) => key === create);
      const input = action?.sample.input;
      const asked = nest({
        ...always,
        ...Object.fromEntries(Object.entries(by).map(([from, to]) => [to, valueAt(input, from)])),
      });
      const look = async () => {
        const found = await client.run(find as never, asked as never);
        return at ? valueAt(found, at) : (found as unknown as unknown[])[0];
      };
      expect(await look()).toBeUndefined();
      const created = (await client.run(create as never, input as never)) as { id: string };
      await expect.poll(look, { timeout: 10_000 }).toMatchObject({ id: created.id });
    },
  );
});
