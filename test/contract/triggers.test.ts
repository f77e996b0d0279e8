import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { connector } from '../../src/connector.ts';
import type { ActionContext, ApiCall, TriggerDefinition } from '../../src/define.ts';
import { describeTrigger } from '../../src/manifest/manifest.ts';
import { directory } from '../../src/resources/directory/resource.ts';

type Fields = Record<
  string,
  { title?: string; description?: string; examples?: unknown[]; default?: unknown }
>;

const SCOPES_OF = {
  polling: ['okta.logs.read'],
  schedule: ['okta.logs.read'],
  webhook: ['okta.eventHooks.manage'],
};

describe.each(connector.triggers.map((trigger) => [trigger.key, trigger] as const))(
  '%s',
  (key, trigger: TriggerDefinition) => {
    const described = describeTrigger(trigger);
    const inputs = described.input.properties as Fields;
    const outputs = described.output.properties as Fields;
    const required = (described.input.required ?? []) as string[];
    /** The others read lists of their own. */
    const readsLog =
      !(trigger.offline || trigger.signed) &&
      (trigger.kind === 'polling' || trigger.scopes.includes('okta.logs.read'));
    /** A value for inputs, taken from their examples. */
    const fill = (names: string[]) =>
      Object.fromEntries(names.map((name) => [name, inputs[name]?.examples?.[0] ?? inputs[name]?.default]));

    it.each([
      ['draft-07', new Ajv({ strict: true, strictTypes: false, allErrors: true })],
      ['2020-12', new Ajv2020({ strict: true, strictTypes: false, allErrors: true })],
    ])('has schemas that ajv compiles (%s) and that accept sample, required and all fields', (_, ajv) => {
      formats.default(ajv);
      const input = ajv.compile(described.input);
      const output = ajv.compile(described.output);
      for (const value of [described.sample.input, fill(required), fill(Object.keys(inputs))])
        expect(input(value), ajv.errorsText(input.errors)).toBe(true);
      expect(output(described.sample.output), ajv.errorsText(output.errors)).toBe(true);
      expect(input({ ...fill(required), noSuchField: 1 })).toBe(false);
    });

    it('accepts sample, required fields alone and all fields; refuses unknown and missing ones', () => {
      for (const value of [trigger.sample.input, fill(required), fill(Object.keys(inputs))])
        expect(trigger.input.safeParse(value).error).toBeUndefined();
      expect(trigger.output.parse(trigger.sample.output)).toEqual(trigger.sample.output);
      expect(trigger.input.safeParse({ ...fill(required), noSuchField: 1 }).success).toBe(false);
      for (const name of required) {
        const { [name]: _, ...rest } = fill(required);
        expect(trigger.input.safeParse(rest).success, `without ${name}`).toBe(false);
      }
    });

    it('tolerates what Okta may add to an event', () => {
      const sample = trigger.sample.output as Record<string, unknown>;
      const event = { ...(sample.event as object), newMember: { deep: true } };
      expect(trigger.output.parse({ ...sample, event, other: 1 })).toEqual({ ...sample, event, other: 1 });
    });

    it('has a key, title, description, docs and scopes of the shape Okta uses', () => {
      expect(key).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(trigger.title).toMatch(/^\S.*\S$/);
      expect(trigger.description).toMatch(/^\S.*\.$/);
      expect(trigger.docsUrl).toMatch(/^https:\/\/developer\.okta\.com\//);
      for (const scope of trigger.scopes) expect(scope).toMatch(/^(okta(\.\w+)+|ssf)\.(read|manage)$/);
      expect(new Set(trigger.scopes).size).toBe(trigger.scopes.length);
      if (readsLog) expect(trigger.scopes).toEqual(expect.arrayContaining(SCOPES_OF[trigger.kind]));
      if ('include' in inputs) expect(trigger.scopes.length).toBeGreaterThan(1);
    });

    it('has title, description and an example for every field', () => {
      for (const [name, field] of [...Object.entries(inputs), ...Object.entries(outputs)]) {
        expect(field.title, name).toMatch(/\S/);
        expect(field.description, name).toMatch(/\S.*\.$/);
        expect(field.examples?.length, `${name} has an example`).toBeGreaterThan(0);
      }
    });

    it('identifies its items: a required id that is in the sample', () => {
      expect(described.output.required).toContain('id');
      expect((trigger.sample.output as { id: string }).id).toMatch(/\S/);
    });

    it.skipIf(!readsLog)('asks for something that Okta understands, for each of these inputs', async () => {
      for (const value of [trigger.sample.input, fill(required), fill(Object.keys(inputs))]) {
        const asked: ApiCall[] = [];
        const page = async (call: ApiCall) => {
          asked.push(call);
          return { items: [] };
        };
        const context = { page, notice: () => {} } as unknown as ActionContext;
        const input = trigger.input.parse(value) as Record<string, unknown>;
        expect(await trigger.source.sample({ input, context }, 3)).toEqual([]);
        expect(asked).toHaveLength(1);
        const path = trigger.resource === directory ? '/api/v1/users' : '/api/v1/logs';
        expect(asked[0]).toMatchObject({ method: 'GET', path });
        if (trigger.kind === 'webhook')
          expect(trigger.source.hook?.(input).eventTypes.length).toBeGreaterThan(0);
      }
    });

    it('has its sample about one of its event types', () => {
      const { eventType } = trigger.sample.output as { eventType?: string };
      if (described.eventTypes.length) expect(described.eventTypes).toContain(eventType);
    });
  },
);
