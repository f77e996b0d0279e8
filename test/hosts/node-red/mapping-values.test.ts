import { describe, expect, it } from 'vitest';
import { hostFields } from '../../../src/hosts/fields.ts';
import {
  cellOf,
  fieldOfLine,
  jsonOfAll,
  lineOf,
  parsedOrText,
  storedOfAll,
} from '../../../src/hosts/node-red/editor/mapping-values.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { loadMapping } from '../../../src/sync/mapping/load.ts';

const trigger = manifest().triggers.find(({ key }) => key === 'directory_changed');
const field = hostFields(trigger as never).find(({ name }) => name === 'mapping');
const members = field?.mapping?.members ?? [];
const HALO = new URL('../../../examples/directory-sync/haloitsm.yaml', import.meta.url).pathname;

describe('HALO-6 the form of a mapping', () => {
  it('is one field for hosts, with the form of its members derived from the schema', () => {
    expect(field).toMatchObject({ kind: 'json', mapping: { resource: 'user', previewBy: 'preview_sync' } });
    const kinds = Object.fromEntries(members.map(({ name, kind }) => [name, kind]));
    expect(kinds).toMatchObject({ active: 'multi_enum', match: 'list', preset: 'boolean', rules: 'rows' });
    expect(kinds).toMatchObject({
      profiles: 'rows',
      fields: 'json',
      lookups: 'json',
      'groups.everyone': 'boolean',
    });
  });

  it('shows every member of a mapping for HaloITSM, and gives back the same', async () => {
    const mapping = (await loadMapping(HALO)) as Record<string, unknown>;
    const { stored, rest } = storedOfAll(members, mapping);
    expect(rest).toEqual({});
    expect(jsonOfAll(members, stored)).toEqual(mapping);
    expect(stored.active?.type).toBe('choice');
    expect(stored.profiles?.rows?.map((row) => row.name)).toEqual([
      { type: 'str', value: 'agents' },
      { type: 'str', value: 'users' },
    ]);
  });

  it.each([
    { rules: [{ group: 'A', nonsense: 1 }] },
    { active: 'ACTIVE' },
    { match: ['a, b', 'c'] },
    { preset: 'yes' },
    { rules: { group: 'A' } },
    { profiles: [{ name: 'a', when: { groups: ['A'], other: 1 } }] },
    { scope: 'all' },
    { defaults: { role: ['a', 'b'] } },
  ])('keeps what it cannot show as JSON: %j', (mapping) => {
    const { stored, rest } = storedOfAll(members, mapping);
    expect({ ...rest, ...jsonOfAll(members, stored) }).toEqual(mapping);
  });

  it('keeps members that it does not know', () => {
    const { stored, rest } = storedOfAll(members, { new: 1, groups: { everyone: true, later: [] } });
    expect(rest).toEqual({ new: 1, groups: { later: [] } });
    expect(jsonOfAll(members, stored)).toEqual({ groups: { everyone: true } });
  });

  it.each([
    'profile.email',
    ['profile.nickName', 'profile.firstName'],
    { from: 'profile.department', lookup: 'departments' },
    { from: ['profile.a', 'profile.b'], lookup: 'departments' },
    { from: 'profile.division', lookup: 'teams', onMiss: 'error', attach: { member: true } },
    { value: 'Okta' },
    null,
  ])('shows a source in one line, and gives back the same: %j', (source) => {
    expect(fieldOfLine(lineOf(source))).toEqual(source);
  });

  it.each(['First line', '3', 'true', 3, true, null, { id: 1 }, [1], '{', ''])(
    'shows a value of a table in a cell, and gives back the same: %j',
    (value) => {
      expect(parsedOrText(cellOf(value))).toEqual(value);
    },
  );
});
