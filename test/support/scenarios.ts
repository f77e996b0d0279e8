import { expect } from 'vitest';

/** What scenarios remember for later ones. */
export interface World {
  /** Makes names unique, so that scenarios can run many times on one org. */
  run: string;
  [name: string]: string;
}

/** One use of an action on a live org. Scenarios run in order: later ones build on earlier ones. */
export interface Scenario {
  name: string;
  action: string;
  input: (world: World) => Record<string, unknown>;
  /** Checks the output and remembers what later scenarios need. */
  // biome-ignore lint/suspicious/noExplicitAny: outputs of all actions pass here
  check: (output: any, world: World) => void;
}

const login = (world: World, name: string) => `${name}.${world.run}@acme.test`;
const groupName = (world: World) => `Field sales ${world.run}`;
const noop = (name: string, action: string, input: Scenario['input']): Scenario => ({
  name,
  action,
  input,
  check: (output) => expect(output).toMatchObject({ changed: false }),
});
const ana = (world: World) => ({ userId: world.ana });
const membership = (world: World) => ({ userId: login(world, 'ana'), groupId: groupName(world) });
const password = 'Temp-83x!Quartz';

/** A day in the life of two users and a group; every action of the registry occurs. */
export const scenarios: Scenario[] = [
  {
    name: 'creates a group through any path',
    action: 'call_api',
    input: (world) => ({
      method: 'POST',
      path: '/api/v1/groups',
      body: { profile: { name: groupName(world), description: 'Sellers' } },
    }),
    check(output, world) {
      expect(output).toMatchObject({ status: 200, body: { type: 'OKTA_GROUP' } });
      world.group = output.body.id;
    },
  },
  {
    name: 'creates a staged user from required fields',
    action: 'create_user',
    input: (world) => ({
      profile: { login: login(world, 'bo'), email: login(world, 'bo'), firstName: 'Bo', lastName: 'Berg' },
      activate: false,
    }),
    check(output, world) {
      expect(output).toMatchObject({ status: 'STAGED', profile: { lastName: 'Berg' } });
      world.bo = output.id;
    },
  },
  {
    name: 'creates an active user with password, question, group and more attributes',
    action: 'create_user',
    input: (world) => ({
      profile: {
        login: login(world, 'ana'),
        email: login(world, 'ana'),
        firstName: 'Ana',
        lastName: `O'Hara "${world.run}"`,
        department: 'Sales',
        costCenter: '77',
        city: 'Málaga',
      },
      credentials: {
        password: { value: password },
        recovery_question: { question: 'First car?', answer: 'Panda4x4' },
      },
      groupIds: [world.group],
    }),
    check(output, world) {
      expect(output).toMatchObject({
        status: 'ACTIVE',
        credentials: { password: {}, provider: { type: 'OKTA' } },
      });
      expect(JSON.stringify(output)).not.toContain(password);
      world.ana = output.id;
    },
  },
  {
    name: 'imports a user with a hashed password',
    action: 'create_user',
    input: (world) => ({
      profile: { login: login(world, 'eve'), email: login(world, 'eve'), firstName: 'Eve', lastName: 'Ek' },
      credentials: {
        password: {
          hash: {
            algorithm: 'SHA-256',
            salt: 'c2FsdA==',
            saltOrder: 'PREFIX',
            value: 'XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=',
          },
        },
      },
    }),
    check(output, world) {
      expect(output.status).toBe('ACTIVE');
      world.eve = output.id;
    },
  },
  {
    name: 'reads a user by login',
    action: 'get_user',
    input: (world) => ({ userId: login(world, 'ana') }),
    check: (output, world) => expect(output.id).toBe(world.ana),
  },
  {
    name: 'finds a user by conditions with quotes',
    action: 'search_users',
    input: (world) => ({
      conditions: [
        { attribute: 'profile.lastName', operator: 'eq', value: `O'Hara "${world.run}"` },
        { attribute: 'status', operator: 'eq', value: 'ACTIVE' },
      ],
      limit: 5,
    }),
    check: (output, world) => expect(output.map((one: { id: string }) => one.id)).toEqual([world.ana]),
  },
  {
    name: 'finds users by a raw expression, sorted',
    action: 'search_users',
    input: (world) => ({
      search: `profile.login co "${world.run}"`,
      sortBy: 'profile.firstName',
      sortOrder: 'desc',
    }),
    check: (output) =>
      expect(output.map((one: { profile: { firstName: string } }) => one.profile.firstName)).toEqual([
        'Eve',
        'Bo',
        'Ana',
      ]),
  },
  {
    name: 'changes one attribute, clears another and leaves the rest',
    action: 'update_user',
    input: (world) => ({ ...ana(world), profile: { department: 'Marketing', costCenter: null } }),
    check(output) {
      expect(output.profile).toMatchObject({ department: 'Marketing', city: 'Málaga' });
      expect(output.profile.costCenter ?? null).toBeNull();
    },
  },
  {
    name: 'replaces a whole profile',
    action: 'update_user',
    input: (world) => ({
      ...ana(world),
      replace: true,
      profile: { login: login(world, 'ana'), email: login(world, 'ana'), firstName: 'Ana', lastName: 'Ruiz' },
    }),
    check: (output) => expect(output.profile.department ?? null).toBeNull(),
  },
  {
    name: 'activates without mail and gets the link',
    action: 'activate_user',
    input: (world) => ({ userId: world.bo, sendEmail: false }),
    check: (output) =>
      expect(output).toMatchObject({ changed: true, activationUrl: expect.stringContaining('http') }),
  },
  noop('activates again without effect', 'activate_user', (world) => ({ userId: world.bo })),
  {
    name: 'suspends',
    action: 'suspend_user',
    input: ana,
    check: (output) => expect(output.changed).toBe(true),
  },
  noop('suspends again without effect', 'suspend_user', ana),
  {
    name: 'unsuspends',
    action: 'unsuspend_user',
    input: ana,
    check: (output) => expect(output.changed).toBe(true),
  },
  noop('unsuspends again without effect', 'unsuspend_user', ana),
  noop('adds a member who is one already', 'add_user_to_group', membership),
  {
    name: 'removes a member',
    action: 'remove_user_from_group',
    input: membership,
    check: (output, world) =>
      expect(output).toEqual({ userId: world.ana, groupId: world.group, changed: true }),
  },
  noop('removes again without effect', 'remove_user_from_group', membership),
  {
    name: 'adds a member by login and group name',
    action: 'add_user_to_group',
    input: membership,
    check: (output, world) =>
      expect(output).toEqual({ userId: world.ana, groupId: world.group, changed: true }),
  },
  {
    name: 'lists the members of a group by its name',
    action: 'list_group_members',
    input: (world) => ({ groupId: groupName(world) }),
    check: (output, world) => expect(output.map((one: { id: string }) => one.id)).toEqual([world.ana]),
  },
  {
    name: 'lists the groups of a user',
    action: 'list_user_groups',
    input: (world) => ({ userId: login(world, 'ana') }),
    check: (output, world) => expect(output.map((one: { id: string }) => one.id)).toContain(world.group),
  },
  ...(['starts_with', 'equals', 'contains'] as const).map(
    (match): Scenario => ({
      name: `finds groups whose name ${match}`,
      action: 'find_groups_by_name',
      input: (world) => ({
        name: { starts_with: groupName(world).slice(0, -1), equals: groupName(world), contains: world.run }[
          match
        ],
        match,
        type: 'OKTA_GROUP',
      }),
      check: (output, world) => expect(output.map((one: { id: string }) => one.id)).toEqual([world.group]),
    }),
  ),
  {
    name: 'lists the tiles of a user',
    action: 'list_user_apps',
    input: ana,
    check: (output) => expect(Array.isArray(output)).toBe(true),
  },
  {
    name: 'lists the app assignments of a user',
    action: 'list_user_apps',
    input: (world) => ({ userId: login(world, 'ana'), view: 'assignments', limit: 20 }),
    check: (output) => expect(Array.isArray(output)).toBe(true),
  },
  {
    name: 'lists sign-ins from an address',
    action: 'list_logons_by_ip',
    input: () => ({
      ipAddress: '203.0.113.9',
      since: new Date(Date.now() - 7 * 86_400_000).toISOString(),
      until: new Date().toISOString(),
      limit: 50,
    }),
    check: (output) => {
      for (const event of output)
        expect(event).toMatchObject({
          eventType: 'user.session.start',
          client: { ipAddress: '203.0.113.9' },
        });
    },
  },
  {
    name: 'starts the forgotten-password flow without mail',
    action: 'forgot_password',
    input: (world) => ({ ...ana(world), sendEmail: false }),
    check: (output) => expect(output.resetPasswordUrl).toContain('http'),
  },
  {
    name: 'expires a password and ends the sessions',
    action: 'expire_password',
    input: (world) => ({ ...ana(world), revokeSessions: true }),
    check: (output) => expect(output).toMatchObject({ status: 'PASSWORD_EXPIRED', sessionsRevoked: true }),
  },
  {
    name: 'expires a password with a temporary one',
    action: 'expire_password',
    input: (world) => ({ userId: world.eve, tempPassword: true }),
    check: (output) => expect(output.tempPassword).toEqual(expect.any(String)),
  },
  {
    name: 'resets a password without mail',
    action: 'reset_password',
    input: (world) => ({ ...ana(world), sendEmail: false, revokeSessions: true }),
    check: (output) => expect(output.resetPasswordUrl).toContain('http'),
  },
  {
    name: 'deactivates and waits',
    action: 'deactivate_user',
    input: (world) => ({ ...ana(world), waitForCompletion: true }),
    check: (output) => expect(output).toMatchObject({ changed: true, status: 'DEPROVISIONED' }),
  },
  noop('deactivates again without effect', 'deactivate_user', ana),
  {
    name: 'deletes a deactivated user',
    action: 'delete_user',
    input: (world) => ({ ...ana(world), mode: 'deactivate_and_delete' }),
    check: (output) => expect(output).toMatchObject({ changed: true, deleted: true, steps: ['deleted'] }),
  },
  {
    name: 'only deactivates when not told to delete',
    action: 'delete_user',
    input: (world) => ({ userId: world.eve }),
    check: (output) =>
      expect(output).toMatchObject({ deactivated: true, deleted: false, steps: ['deactivated'] }),
  },
  {
    name: 'deactivates and deletes in one go',
    action: 'delete_user',
    input: (world) => ({ userId: login(world, 'bo'), mode: 'deactivate_and_delete' }),
    check: (output) => expect(output.steps).toEqual(['deactivated', 'deleted']),
  },
  {
    name: 'deletes the last user',
    action: 'delete_user',
    input: (world) => ({ userId: world.eve, mode: 'deactivate_and_delete' }),
    check: (output) => expect(output.deleted).toBe(true),
  },
  {
    name: 'deletes the group through any path',
    action: 'call_api',
    input: (world) => ({ method: 'DELETE', path: `/api/v1/groups/${world.group}` }),
    check: (output) => expect(output).toEqual({ status: 204 }),
  },
  {
    name: 'reads a list over pages through any path',
    action: 'call_api',
    input: () => ({ path: '/api/v1/groups', query: { limit: 2 }, limit: 5 }),
    check: (output) => expect(output.body.length).toBeLessThanOrEqual(5),
  },
];
