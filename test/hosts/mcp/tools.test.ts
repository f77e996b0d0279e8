import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/connect.ts';
import { destructiveness } from '../../../src/hosts/index.ts';
import { MCP_PROMPTS } from '../../../src/hosts/mcp/prompts.ts';
import { openMcp } from '../../../src/hosts/mcp/server.ts';
import type { McpOptions } from '../../../src/hosts/mcp/types.ts';
import { manifest } from '../../../src/index.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { called, connectionOf, ERAS, inProcess, yes } from './support.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const control = (path: string, body: unknown) =>
  fetch(`${sandbox.orgUrl}/__sandbox__/${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });

const { actions } = manifest();
const offline = connect({ orgUrl: 'https://acme.okta.com', auth: { type: 'api_token', token: 'x' } });
const listOf = (options: McpOptions = {}) =>
  openMcp(offline, options).tools.map(({ name, description, inputSchema, annotations }) => ({
    name,
    description,
    inputSchema,
    annotations,
  }));
const tokens = (tools: unknown) => Math.ceil(Buffer.byteLength(JSON.stringify({ tools })) / 4);

describe('L1 tools/list', () => {
  it('has every action in less than 12,000 tokens, and three tools in less than 1,500', () => {
    const [whole, compact, groups, reads] = [
      listOf(),
      listOf({ compact: true }),
      listOf({ toolsets: ['group'] }),
      listOf({ readOnly: true }),
    ];
    console.log(
      `tools/list: ${whole.length} tools ${tokens(whole)} tokens; --compact ${tokens(compact)}; --toolsets group ${tokens(groups)}; --read-only ${tokens(reads)}`,
    );
    expect(whole.map(({ name }) => name)).toEqual(expect.arrayContaining(actions.map(({ key }) => key)));
    expect(tokens(whole)).toBeLessThan(12_000);
    expect(tokens(compact)).toBeLessThan(1_500);
    expect(compact.map(({ name }) => name)).toEqual(['find', 'read', 'write']);
    expect(tokens(reads)).toBeLessThan(tokens(whole));
    expect(tokens(groups)).toBeLessThan(4_000);
  });

  it('has schemas that a strict validator takes, without lists of types, empty ones or output schemas', () => {
    const ajv = new Ajv({ strict: true, strictRequired: false });
    for (const options of [{}, { compact: true }, { toolsets: ['user', 'app'] }]) {
      for (const { name, inputSchema } of listOf(options)) {
        expect(() => ajv.compile(inputSchema), name).not.toThrow();
        expect(JSON.stringify(inputSchema)).not.toMatch(/"type":\[|:\{\}[,}](?<!"properties":\{\}[,}])/);
      }
    }
    expect(openMcp(offline, {}).tools.filter((tool) => 'outputSchema' in tool)).toEqual([]);
  });

  it('takes every sample input of the manifest', () => {
    const ajv = new Ajv({ strict: false });
    for (const { name, inputSchema } of listOf()) {
      const action = actions.find(({ key }) => key === name);
      if (!action) continue;
      const fits = ajv.compile(inputSchema);
      expect(fits(action.sample.input), `${name} ${JSON.stringify(fits.errors)}`).toBe(true);
    }
  });

  it('hints at the worst case of each action', () => {
    const tools = new Map(listOf().map((tool) => [tool.name as string, tool]));
    for (const action of actions) {
      const {
        readOnlyHint = false,
        destructiveHint = true,
        idempotentHint = false,
      } = tools.get(action.key)?.annotations ?? {};
      expect(readOnlyHint, action.key).toBe(action.effect.kind === 'read');
      if (readOnlyHint) continue;
      expect(destructiveHint, action.key).toBe(action.effect.destructive);
      expect(idempotentHint, action.key).toBe(action.effect.idempotent);
    }
    expect(tools.get('update_user')?.annotations).toEqual({});
  });

  it('leaves out with --read-only and --confirm never what these forbid, and names no input of an action for the page', () => {
    const reads = listOf({ readOnly: true }).map(({ name }) => name);
    expect(reads).toContain('call_api');
    for (const { key, effect, effectWhen = [] } of actions)
      expect(reads.includes(key), key).toBe(
        effect.kind === 'read' || effectWhen.some((one) => one.effect.kind === 'read'),
      );
    const kept = listOf({ confirm: 'never' }).map(({ name }) => name);
    for (const action of actions)
      expect(kept.includes(action.key)).toBe(destructiveness(action) !== 'always');
    for (const { list, input, key } of actions)
      if (list)
        expect(Object.keys((input as { properties: object }).properties), key).not.toEqual(
          expect.arrayContaining(['cursor']),
        );
  });

  it('leaves out what names a file of the server when clients are elsewhere', () => {
    const remote = new Map(
      listOf({ remote: true }).map((tool) => [tool.name as string, JSON.stringify(tool)]),
    );
    const withLocal = actions.filter(({ local }) => local.length > 0);
    expect(withLocal.length).toBeGreaterThan(3);
    for (const { key, local, input } of withLocal) {
      const { required = [] } = input as { required?: string[] };
      expect(remote.has(key), key).toBe(!required.some((name) => local.includes(name)));
      for (const name of local) expect(remote.get(key) ?? '', key).not.toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  it('says which input is missing, of every tool', async () => {
    for (const compact of [false, true]) {
      const { client, close } = await inProcess(connectionOf(sandbox), { mcp: { compact } });
      const { tools } = await client.listTools();
      for (const { name, inputSchema } of tools.filter((tool) => tool.annotations?.readOnlyHint)) {
        const required = compact && name === 'find' ? [] : (inputSchema.required ?? []);
        if (required.length === 0) continue;
        const answer = (await client.callTool({ name, arguments: {} })) as {
          content: { text: string }[];
          isError?: boolean;
        };
        const { error } = JSON.parse(answer.content[0]?.text ?? '{}');
        expect({ name, answer, causes: error?.causes }).toMatchObject({
          ...{ name, answer: { isError: true } },
          causes: expect.arrayContaining(
            required.map((one) => expect.stringMatching(`^${one}.*: is required`)),
          ),
        });
      }
      await close();
    }
  });

  it('prompts name tools that there are', () => {
    const names = listOf().map(({ name }) => name as string);
    for (const { uses, text } of MCP_PROMPTS) {
      expect(names).toEqual(expect.arrayContaining(uses));
      const words = text({ user: 'a', app: 'b' }).match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [];
      const steps = JSON.stringify(actions.find(({ key }) => key === 'offboard_user')?.input);
      for (const word of words)
        expect(names.includes(word) || steps.includes(word) || word === 'new_event', word).toBe(true);
    }
  });
});

describe.each(ERAS)('L1 in front of an org, %s', (era) => {
  it('refuses to write with --read-only, by input, and still reads', async () => {
    const { client, close } = await inProcess(connectionOf(sandbox), {
      era,
      answer: yes,
      mcp: { readOnly: true },
    });
    expect((await called(client, 'call_api', { method: 'GET', path: '/api/v1/users/me' })).isError).toBe(
      false,
    );
    const write = await called(client, 'call_api', {
      method: 'POST',
      path: '/api/v1/groups',
      body: { profile: { name: 'x' } },
    });
    expect(write).toMatchObject({ isError: true, answer: { error: { code: 'not_supported' } } });
    await expect(client.callTool({ name: 'create_group', arguments: {} })).rejects.toThrow(
      /no tool create_group/,
    );
    await close();
  });

  it('--compact finds, reads and writes, and a write does not pass as a read', async () => {
    const { client, close, asked } = await inProcess(connectionOf(sandbox), {
      era,
      answer: yes,
      mcp: { compact: true },
    });
    const found = (await called(client, 'find', { query: 'create a group' })).answer.result;
    expect(found[0]).toMatchObject({ action: 'create_group', kind: 'write' });
    const input = { profile: { name: `Compact ${era}` } };
    const wrong = await called(client, 'read', { action: 'create_group', input });
    expect(wrong).toMatchObject({ isError: true, answer: { error: { code: 'invalid_input' } } });
    const { id } = (await called(client, 'write', { action: 'create_group', input })).answer.result;
    const listed = await called(client, 'read', {
      action: 'list_groups',
      input: { quickSearch: `Compact ${era}` },
      fields: 'id',
    });
    expect(listed.answer.items).toEqual([{ id }]);
    expect((await called(client, 'write', { action: 'delete_group', input: { groupId: id } })).isError).toBe(
      false,
    );
    expect(asked).toHaveLength(1);
    expect((await called(client, 'find', { query: 'zzzz' })).answer.result).toMatch(/nothing/);
    expect((await called(client, 'write', { action: 'nothing' })).answer.error.code).toBe(
      'unknown_operation',
    );
    await close();
  });

  it('has users and attributes as resources, with completion, and prompts', async () => {
    const { client, close } = await inProcess(connectionOf(sandbox), { era });
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(
      expect.arrayContaining(['okta://users/{id}', 'okta://groups/{id}', 'okta://apps/{id}']),
    );
    const ref = { type: 'ref/resource' as const, uri: 'okta://users/{id}' };
    const { completion } = await client.complete({ ref, argument: { name: 'id', value: 'ada' } });
    expect(completion.values.length).toBeGreaterThan(0);
    const [content] = (await client.readResource({ uri: `okta://users/${completion.values[0]}` }))
      .contents as { text: string }[];
    expect(JSON.parse(content?.text ?? '')).toMatchObject({
      org: sandbox.orgUrl,
      result: { id: completion.values[0] },
    });
    const [schema] = (await client.readResource({ uri: 'okta://schema/user' })).contents as {
      text: string;
    }[];
    expect(JSON.parse(schema?.text ?? '').result.length).toBeGreaterThan(20);
    const types = { type: 'ref/resource' as const, uri: 'okta://event_types/{id}' };
    const suggested = await client.complete({ ref: types, argument: { name: 'id', value: 'update_prof' } });
    expect(suggested.completion.values).toContain('user.account.update_profile');
    const uri = 'okta://event_types/user.account.update_profile';
    const [carried] = (await client.readResource({ uri })).contents as { text: string }[];
    expect(JSON.parse(carried?.text ?? '').result).toMatchObject({
      fields: expect.arrayContaining([
        expect.objectContaining({ path: 'event.debugContext.debugData.changedAttributes' }),
      ]),
    });
    await expect(client.readResource({ uri: 'okta://users/nobody%40acme.test' })).rejects.toThrow();
    await expect(client.readResource({ uri: 'okta://nothing' })).rejects.toThrow(/no resource/);
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual([
      'offboard',
      'who_can_reach_app',
      'why_was_sign_in_denied',
    ]);
    const prompt = await client.getPrompt({
      name: 'why_was_sign_in_denied',
      arguments: { user: 'ada.haddad2@sandbox.example' },
    });
    expect(JSON.stringify(prompt.messages)).toContain('FAILURE and DENY');
    await expect(client.getPrompt({ name: 'offboard', arguments: {} })).rejects.toThrow(/needs user/);
    const named = await client.complete({
      ref: { type: 'ref/prompt', name: 'offboard' },
      argument: { name: 'user', value: 'ada' },
    });
    expect(named.completion.values).toEqual(completion.values);
    await close();
  });

  it('tells progress to those who ask, and stops when the call is cancelled', async () => {
    const { client, close } = await inProcess(connectionOf(sandbox), { era });
    await control('faults', {
      method: 'GET',
      path: '/api/v1/groups',
      times: 1,
      fault: { kind: 'rate_limit', resetInSeconds: 30 },
    });
    const told: string[] = [];
    const stop = new AbortController();
    const options = {
      signal: stop.signal,
      onprogress: ({ message }: { message?: string }) => {
        told.push(message ?? '');
        stop.abort(new Error('stopped by the user'));
      },
    };
    const started = Date.now();
    await expect(client.callTool({ name: 'list_groups', arguments: {} }, options)).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(told.length).toBeGreaterThan(0);
    await close();
  });

  it('mcp-field 10: failed sign-ins are those that failed and those that a policy denied, in one call', async () => {
    const { client, close } = await inProcess(connectionOf(sandbox), { era });
    const actor = { id: `00u10${era}`, type: 'User', alternateId: `ten-${era}@acme.test` };
    const events = ['FAILURE', 'DENY', 'SUCCESS'].map((result) => ({
      ...{ eventType: 'user.session.start', actor, outcome: { result } },
    }));
    await control('events', events);
    const input = { actor: actor.id };
    const both = await called(client, 'recent_events', {
      ...{ trigger: 'new_event', input, outcomes: ['FAILURE', 'DENY'] },
    });
    expect(both.answer).toMatchObject({
      partial: false,
      count: 2,
      input: { ...input, outcomes: ['FAILURE', 'DENY'] },
    });
    expect(both.answer.items.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual([
      'DENY',
      'FAILURE',
    ]);
    const one = await called(client, 'recent_events', { trigger: 'new_event', input, limit: 1 });
    expect(one.answer).toMatchObject({ partial: true, count: 1 });
    const wrong = await called(client, 'recent_events', { trigger: 'nothing' });
    expect(wrong).toMatchObject({ isError: true, answer: { error: { code: 'invalid_input' } } });
    await close();
  });
});
