import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const locker = { title: 'Locker', type: 'string' } as const;

/** A name of an attribute, which exists if a definition of it is given. */
async function attribute(org: Org, definition?: object) {
  const name = `locker${org.run}`;
  const definitions = { custom: { id: '#custom', type: 'object', properties: { [name]: definition } } };
  if (definition) await org.api('POST', '/api/v1/meta/schemas/user/default', { definitions });
  return name;
}

export default [
  scenario('update_schema', {
    name: 'adds an attribute of users, and changes a base one',
    arrange: (org) => attribute(org),
    input: (name) => ({
      custom: { [name]: { ...locker, maxLength: 4, unique: true } },
      base: { nickName: { permissions: [{ principal: 'SELF', action: 'READ_WRITE' }] } },
    }),
    check: (output, name) =>
      expect(output).toMatchObject({
        changed: true,
        definitions: {
          custom: { properties: { [name]: { maxLength: 4, unique: 'UNIQUE_VALIDATED' }, skills: {} } },
          base: { properties: { nickName: { permissions: [{ action: 'READ_WRITE' }] } } },
        },
      }),
  }),
  scenario('update_schema', {
    name: 'changes nothing when an attribute is as wanted and another one is gone',
    arrange: (org) => attribute(org, { ...locker, unique: true }),
    input: (name) => ({
      ...{ custom: { [name]: { ...locker, unique: true, required: false } }, removeCustom: ['noSuch'] },
    }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
  scenario('update_schema', {
    name: 'deletes an attribute',
    arrange: (org) => attribute(org, locker),
    input: (name) => ({ removeCustom: [name] }),
    check(output, name) {
      expect(output.changed).toBe(true);
      expect(output.definitions.custom?.properties).not.toHaveProperty(name);
    },
  }),
  scenario('update_schema', {
    name: 'adds an attribute to another user type',
    arrange: async (org) => ({
      name: await attribute(org),
      type: await org.api('POST', '/api/v1/meta/types/user', {
        ...{ name: `partner_${org.run}`, displayName: 'Partner' },
      }),
    }),
    input: ({ name, type }) => ({ userTypeId: type.name, custom: { [name]: locker } }),
    check: (output, { type }) =>
      expect(output).toMatchObject({ changed: true, _links: { self: { href: type._links.schema.href } } }),
  }),
  scenario('update_schema', {
    name: 'adds an attribute of groups',
    arrange: (org) => attribute(org),
    input: (name) => ({ kind: 'group', custom: { [name]: locker } }),
    check: (output, name) =>
      expect(output).toMatchObject({
        name: 'group',
        definitions: { custom: { properties: { [name]: locker } } },
      }),
  }),
  scenario('update_schema', {
    name: 'adds an attribute that an app has for its users',
    arrange: async (org) => ({
      ...{ name: await attribute(org), app: await org.app('Acme CRM', await org.user('bo')) },
    }),
    input: ({ name, app }) => ({ kind: 'app', appId: app.id, custom: { [name]: locker } }),
    check: (output, { name }) =>
      expect(output).toMatchObject({ definitions: { custom: { properties: { [name]: locker } } } }),
  }),
];
