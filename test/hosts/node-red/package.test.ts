import { describe, expect, it, vi } from 'vitest';
import { actionOf } from '../../../src/connector.ts';
import { InputError, OktaError } from '../../../src/errors/errors.ts';
import { badgeOf, errorForCatch } from '../../../src/hosts/node-red/badge.ts';
import { checkWords } from '../../../src/hosts/node-red/check-words.ts';
import { locales } from '../../../src/hosts/node-red/locales.ts';
import { nodeTypes, operationOf, secretsOf } from '../../../src/hosts/node-red/node-types.ts';
import { packageFiles } from '../../../src/hosts/node-red/package.ts';
import type { NodeRed, RuntimeNode } from '../../../src/hosts/node-red/red.ts';
import { operationInput } from '../../../src/hosts/node-red/values.ts';
import { manifest } from '../../../src/manifest/manifest.ts';

const connector = manifest();
const types = nodeTypes(connector);
const origin = { version: '1.2.3', license: 'Apache-2.0', homepage: 'x', repository: {}, bugs: {} };
const files = packageFiles(connector, origin, 'forms()');

describe('the Node-RED package', () => {
  it('has every action and trigger of the registry, and each instant one with what can be called for', () => {
    const keysOf = (some: readonly { key: string }[]) => some.map(({ key }) => key).sort();
    const isInstant = (type: (typeof types)[number]) => type.kind === 'webhook';
    const isServer = ({ kind }: (typeof types)[number]) => kind === 'server';
    const others = types
      .filter((type) => !isInstant(type) && !isServer(type))
      .flatMap((type) => type.operations);
    expect(types.filter(isServer).flatMap((type) => type.operations.map(({ key }) => key))).toEqual([
      'scim_event',
    ]);
    const { actions, triggers } = connector;
    expect(keysOf(others)).toEqual(
      keysOf([...actions, ...triggers.filter(({ kind }) => kind !== 'webhook')]),
    );
    expect(keysOf(types.filter(isInstant).flatMap((type) => type.operations))).toEqual(
      keysOf(triggers.filter(({ instant }) => instant)),
    );
    const names = types.map((type) => type.type);
    // Flows name these; a node of another resource may come in between.
    expect(names).toEqual(
      expect.arrayContaining([
        ...['okta-connection', 'okta-user', 'okta-group', 'okta-app', 'okta-log', 'okta-api'],
        ...['okta-polling', 'okta-webhook', 'okta-schedule'],
      ]),
    );
    const nodes = types.filter(({ kind }) => kind === 'action');
    expect(nodes).toHaveLength(new Set(actions.map(({ resource }) => resource)).size);
    expect(names.filter((name) => !/^okta(-[a-z]+)+$/.test(name))).toEqual([]);
    expect(types.filter(({ label }) => label.includes('_'))).toEqual([]);
  });

  it('has an example flow for each action node, with input that its operations accept', async () => {
    const RED = { util: {} } as NodeRed;
    for (const type of types.filter(({ kind }) => kind === 'action')) {
      const nodes = JSON.parse(files[`examples/nodes/${type.label}.json`] ?? '[]');
      const shown = nodes.filter((node: { operation?: string }) => node.operation);
      expect(shown.length, type.type).toBeGreaterThan(0);
      for (const { operation, fields, wires, id } of shown) {
        const found = operationOf(type, operation);
        const input = await operationInput(RED, {} as RuntimeNode, found, fields, {});
        expect(actionOf(operation).input.safeParse(input).error, operation).toBeUndefined();
        expect(nodes.map((node: { id: string }) => node.id)).toContain(wires[0][0]);
        expect(nodes.map((node: { wires?: string[][] }) => node.wires?.[0]?.[0])).toContain(id);
      }
    }
  });

  it('F2.6 the instant node begins with new_event_instant; each node hides what does not count', () => {
    const fieldsOf = (kind: string, key: string) =>
      types
        .find((type) => type.kind === kind)
        ?.operations.find((one) => one.key === key)
        ?.fields.map(({ name }) => name);
    expect(types.find(({ kind }) => kind === 'webhook')?.operations[0]?.key).toBe('new_event_instant');
    expect(fieldsOf('polling', 'user_created')).toContain('since');
    expect(fieldsOf('polling', 'user_created')).not.toContain('reconcile');
    expect(fieldsOf('webhook', 'user_created')).toContain('reconcile');
    expect(fieldsOf('webhook', 'user_created')).not.toContain('since');
  });

  it('has a form and a help text for each node, and a hidden input for each secret', () => {
    const html = files['okta-connector.html'] ?? '';
    for (const type of types) {
      expect(html).toContain(`data-template-name="${type.type}"`);
      expect(files['locales/en-US/okta-connector.html']).toContain(`data-help-name="${type.type}"`);
      const prefix = type.kind === 'connection' ? 'node-config-input' : 'node-input';
      for (const name of secretsOf(type)) expect(html).toContain(`id="${prefix}-${name}"`);
    }
    expect(html.match(/<script/g)?.length).toBe(html.match(/<\/script>/g)?.length);
  });

  it('tells of a schedule what it sends: a list of events, and no single one', () => {
    const help = (files['locales/en-US/okta-connector.html'] ?? '').split('</script>');
    const of = (name: string) => help.find((text) => text.includes(`data-help-name="${name}"`)) ?? '';
    for (const member of ['id', 'since', 'until', 'count', 'events'])
      expect(of('okta-schedule')).toContain(`<code>${member}</code>`);
    expect(of('okta-schedule')).not.toContain('payload.event<');
    for (const name of ['okta-polling', 'okta-webhook'])
      expect(of(name)).toContain('<code>payload.event</code>');
  });

  it('tells of each setting that a form has, and of no other', () => {
    const html = files['okta-connector.html'] ?? '';
    const help = files['locales/en-US/okta-connector.html'] ?? '';
    const part = (text: string, mark: string) =>
      text.split('</script>').find((one) => one.includes(mark)) ?? '';
    const common = new Set(['name', 'connection', 'operation', 'trigger', 'whole', 'each']);
    for (const { type, kind } of types.filter((one) => one.kind !== 'connection')) {
      const used = part(html, `data-template-name="${type}"`).matchAll(/data-i18n="label\.(\w+)"/g);
      const own = [...used].map(([, key = '']) => key).filter((key) => !common.has(key));
      const titles = own.map((key) => locales['en-US'].label[key as 'cron']);
      const settings = /<h3>Settings<\/h3><dl[^>]*>(.*?)<\/dl>/.exec(
        part(help, `data-help-name="${type}"`),
      )?.[1];
      expect([...(settings ?? '').matchAll(/<dt>(.*?) <span/g)].map(([, title]) => title)).toEqual(titles);
      expect(part(help, `data-help-name="${type}"`).includes('contextStorage')).toBe(
        kind === 'polling' || kind === 'schedule',
      );
    }
  });

  it('says the same in every language', () => {
    const keysOf = (texts: object): string[] =>
      Object.entries(texts).flatMap(([key, value]) =>
        typeof value === 'string' ? [key] : keysOf(value).map((inner) => `${key}.${inner}`),
      );
    expect(keysOf(locales.de)).toEqual(keysOf(locales['en-US']));
    const used = (files['okta-connector.html'] ?? '').matchAll(/data-i18n="([\w.]+)"/g);
    for (const [, key] of used) expect(keysOf(locales['en-US'])).toContain(key);
  });

  it('is a package that Node-RED finds', () => {
    expect(JSON.parse(files['package.json'] ?? '')).toMatchObject({
      name: 'node-red-contrib-okta-connector',
      version: '1.2.3',
      keywords: expect.arrayContaining(['node-red']),
      'node-red': { nodes: { 'okta-connector': 'okta-connector.js' } },
    });
  });
});

const NOT_FOUND = {
  code: 'not_found',
  actor: 'caller',
  status: 404,
  oktaCode: 'E0000007',
  request: { method: 'GET', pathTemplate: '/api/v1/users/{userId}' },
} as const;

describe('what a node says', () => {
  it('G.6 waits until a time, and says in one line what went wrong', () => {
    const said: unknown[] = [];
    const badge = badgeOf({ status: (status) => said.push(status) });
    badge.progress('waiting 3 s', { until: new Date(2026, 1, 3, 14, 5, 6).getTime(), for: 'rate_limit' });
    badge.running('running', 3);
    badge.failed(
      new InputError('The input is not valid', { causes: ['profile.email: is missing'], hint: 'Add it.' }),
    );
    badge.failed(new OktaError('Okta answered 404 to GET /api/v1/users/{userId}: Not found', NOT_FOUND));
    badge.failed(new Error('no'));
    badge.failed(new Error(`${'long '.repeat(50)}\nand more`));
    expect(said).toEqual([
      { fill: 'yellow', shape: 'ring', text: 'waiting for rate limit until 14:05:06' },
      { fill: 'blue', shape: 'dot', text: 'running (3)' },
      { fill: 'red', shape: 'ring', text: 'The input is not valid; profile.email: is missing' },
      { fill: 'red', shape: 'ring', text: 'Not found' },
      { fill: 'red', shape: 'ring', text: 'no' },
      { fill: 'red', shape: 'ring', text: `${'long '.repeat(17)}long…` },
    ]);
  });

  it('G.6 is a sentence with the hint in the debug pane, which writes the cause as a text', () => {
    const error = errorForCatch(new OktaError('Nobody has this login', { ...NOT_FOUND, hint: 'Check it.' }));
    expect(error.message).toBe('Nobody has this login. Check it.');
    expect(`${error.cause}`).toBe('not_found, HTTP 404, E0000007, GET /api/v1/users/{userId}');
    // What Catch nodes get is still data.
    expect(structuredClone({ ...(error.cause as object) })).toMatchObject({ code: 'not_found', status: 404 });
  });

  it('goes on saying what it waits for while other runs come and end', () => {
    vi.useFakeTimers({ now: new Date(2026, 1, 3, 14, 5, 0) });
    const said: (string | undefined)[] = [];
    const badge = badgeOf({ status: ({ text }) => said.push(text) });
    badge.running('running', 3);
    badge.progress('waiting 6 s', { until: Date.now() + 6_000, for: 'rate_limit' });
    badge.running('running', 2);
    badge.running('running', 1);
    vi.advanceTimersByTime(8_000);
    badge.ok('ok');
    vi.useRealTimers();
    expect(said).toEqual(['running (3)', 'waiting for rate limit until 14:05:06', 'running', 'ok']);
  });

  it('gives Catch nodes the typed error as plain data', () => {
    const error = new OktaError('Okta refused', {
      ...{ code: 'validation_failed', actor: 'caller', status: 400, hint: 'Correct it.' },
      causes: ['login: exists'],
    });
    const made = errorForCatch(error);
    expect(made.message).toBe('Okta refused; login: exists. Correct it.');
    expect({ ...made }).toEqual({
      code: 'validation_failed',
      cause: expect.objectContaining({ code: 'validation_failed', status: 400, causes: ['login: exists'] }),
    });
    expect(Object.hasOwn(made, 'cause')).toBe(true);
    expect(errorForCatch('odd').message).toBe('odd');
  });

  it('puts the test of a connection into words', () => {
    const report = {
      ...{ ok: true, orgUrl: 'https://acme.okta.com', corrections: ['without -admin'] },
      org: { name: 'Acme', pipeline: 'idx' },
      auth: { type: 'api_token' as const },
      principal: { type: 'user' as const, id: '00u1', login: 'a@acme.test', roles: [] },
      reads: [],
      actions: [
        { key: 'get_user', can: true },
        { key: 'create_user', can: false, reason: 'scope okta.users.manage is not granted' },
      ],
      problems: [],
    };
    expect(checkWords(report)).toEqual({
      ok: true,
      lines: [
        'Connected to Acme (Identity Engine) at https://acme.okta.com.',
        'without -admin',
        'Acts as a@acme.test, roles: none.',
        '1 of 2 actions can run; for the others: scope okta.users.manage is not granted.',
      ],
    });
    const problem = {
      message: 'Okta refused the token',
      hint: 'Make a new one.',
      code: 'x',
      actor: 'admin',
      retryable: false,
    };
    expect(
      checkWords({
        ...report,
        ok: false,
        org: undefined,
        principal: undefined,
        corrections: [],
        problems: [problem as never],
      }),
    ).toEqual({
      ok: false,
      lines: ['Okta refused the token. Make a new one.'],
    });
  });
});
