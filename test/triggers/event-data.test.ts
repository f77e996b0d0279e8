import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it, vi } from 'vitest';
import { describe as describeOperation } from '../../src/cli/describe.ts';
import * as cliOutput from '../../src/cli/output.ts';
import { connector } from '../../src/connector.ts';
import { eventTypeSchema } from '../../src/index.ts';
import { describeTrigger, manifest } from '../../src/manifest/manifest.ts';
import { eventTypes } from '../../src/resources/event-type/catalogue.ts';
import { eventDataOf } from '../../src/resources/event-type/event-data.ts';
import { eventFields } from '../../src/resources/event-type/event-schema.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
formats.default(ajv);
const triggerOf = (key: string) => {
  const found = connector.triggers.find((one) => one.key === key);
  if (!found) throw new Error(key);
  return found;
};
const pathsOf = (type: string) => eventFields([type], { common: false }).map(({ path }) => path);

describe('M typed outputs: what the events of a type carry', () => {
  it('M typed: is known for the 745 types about which Okta publishes it, and for no other', () => {
    const known = eventTypes.filter((type) => eventDataOf(type) !== undefined);
    expect(known).toHaveLength(745);
    expect(eventTypes.filter((type) => (eventDataOf(type)?.changeDetails.length ?? 0) > 0)).toHaveLength(61);
  });

  it('M typed: has a schema for each type, which accepts its sample', () => {
    const checks = new Map<string, ReturnType<typeof ajv.compile>>();
    for (const type of eventTypes) {
      const { schema, sample, known } = eventTypeSchema(type);
      const text = JSON.stringify(schema);
      const check = checks.get(text) ?? ajv.compile(schema);
      checks.set(text, check);
      expect(check(sample), `${type}: ${ajv.errorsText(check.errors)}`).toBe(true);
      expect(known).toBe(eventDataOf(type) !== undefined);
    }
  });

  it('M typed: names members as the System Log does', () => {
    expect(pathsOf('user.account.privilege.grant')).toEqual([
      'event.debugContext.debugData.privilegeGranted',
      'event.debugContext.debugData.privilegeRevoked',
    ]);
    expect(pathsOf('user.account.update_profile')).toEqual([
      'event.debugContext.debugData.changedAttributes',
    ]);
    const policy = pathsOf('policy.lifecycle.update');
    expect(policy).toContain('event.target[].detailEntry.policyType');
    expect(policy.some((path) => path.startsWith('event.target[].changeDetails.from.'))).toBe(true);
    expect(policy.some((path) => path.startsWith('event.target[].changeDetails.to.'))).toBe(true);
    // Names that are mixed already stay.
    expect(pathsOf('policy.rule.update')).toContain('event.debugContext.debugData.Reason');
  });

  it("M typed: keeps Okta's flags", () => {
    const flags = (type: string) =>
      Object.fromEntries(eventFields([type]).map((one) => [one.path.split('.').at(-1), one.flags]));
    expect(flags('system.sms.send_okta_push_verify_message').phoneNumber).toContain('sensitive');
    expect(flags('user.session.start').deviceFingerprint).toEqual(['sensitive']);
    expect(flags('user.session.start').originalPrincipal).toEqual(['personal']);
  });

  it('M typed: an unknown type is not refused, and has what all events have', () => {
    const { known, fields, sample } = eventTypeSchema('user.future.thing');
    expect(known).toBe(false);
    expect(fields.map(({ path }) => path)).toContain('event.debugContext.debugData.requestUri');
    expect(sample).toEqual({ debugContext: { debugData: expect.anything() } });
  });

  it('M typed: no sentence of the source is in the facts', () => {
    const facts = readFileSync(
      new URL('../../src/resources/event-type/event-data.json', import.meta.url),
      'utf8',
    );
    const texts = [...facts.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);
    // Groups of event types join names of schemas with one space each.
    expect(texts.filter((text) => /\s/.test(text) && !text.includes('|'))).toEqual([]);
  });
});

describe('M typed outputs: ready-made triggers', () => {
  const ready = manifest().triggers.filter(({ key, eventTypes: types, output }) => {
    const { event } = (output.properties ?? {}) as Record<string, unknown>;
    return key && types.length > 0 && event !== undefined;
  });

  it('M typed: their output has each member that Okta publishes for one of their types', () => {
    expect(ready.length).toBeGreaterThanOrEqual(50);
    for (const { key, eventTypes: types, output } of ready) {
      for (const { path } of eventFields(types)) expect(at(output, path), `${key} ${path}`).toBeDefined();
    }
  });

  it('M typed: their samples have the data of the first type, and nothing that is flagged', () => {
    for (const { key, eventTypes: types, sample } of ready) {
      const { debugContext } = (sample.output as { event: { debugContext: { debugData: object } } }).event;
      for (const { name, flags } of eventDataOf(types[0] ?? '')?.debugData ?? []) {
        const value = (debugContext.debugData as Record<string, unknown>)[name];
        const hidden = flags.includes('sensitive') || flags.includes('personal');
        if (hidden) expect(value, `${key} ${name}`).toBe('[redacted]');
        else expect(value, `${key} ${name}`).toBeDefined();
      }
    }
  });

  it('M typed: new_event and search_events tell the types that they are asked about', () => {
    const { output, sample } = describeTrigger(triggerOf('new_event'), ['user.account.privilege.grant']);
    expect(at(output, 'event.debugContext.debugData.privilegeGranted')).toBeDefined();
    expect(sample.output).toMatchObject({
      eventType: 'user.account.privilege.grant',
      event: { debugContext: { debugData: { privilegeGranted: 'Help Desk Administrator' } } },
    });
    const search = describeTrigger(triggerOf('search_events'), ['user.account.privilege.grant']);
    expect(at(search.output, 'events[].event.debugContext.debugData.privilegeGranted')).toBeDefined();
  });

  it('M typed: "describe new_event eventTypes=..." prints it', async () => {
    const write = vi.spyOn(cliOutput, 'writeOut').mockResolvedValue();
    await describeOperation('new_event', ['eventTypes=system.sms.send_okta_push_verify_message'], {});
    expect(String(write.mock.lastCall?.[0])).toContain(
      'event.debugContext.debugData.phoneNumber (text) sensitive',
    );
    await describeOperation('new_event', ['eventTypes=user.future.thing'], {});
    expect(String(write.mock.lastCall?.[0])).toContain('Okta publishes nothing');
    await expect(describeOperation('new_event', ['outcome=SUCCESS'], {})).rejects.toThrow(
      'describe takes no outcome',
    );
    vi.restoreAllMocks();
  });
});

interface Node {
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
}

/** The schema at a dotted path. */
function at(schema: unknown, path: string): Node | undefined {
  let nodes = [schema as Node];
  for (const part of path.split('.')) {
    const name = part.replace('[]', '');
    nodes = nodes.flatMap((node) => [node, ...(node.anyOf ?? [])]).flatMap((n) => n.properties?.[name] ?? []);
    if (part.endsWith('[]'))
      nodes = nodes
        .flatMap((node) => [node, ...(node.anyOf ?? [])])
        .flatMap((node) => node.items ?? [])
        .flatMap((node) => [node, ...(node.anyOf ?? [])]);
  }
  return nodes[0];
}
