import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/sync/change.ts';
import { scimTarget } from '../../../src/sync/targets/scim.ts';
import { userChange } from './changes.ts';
import { quickClock } from './quick-clock.ts';
import { type ScimTestServer, scimServer, TOKEN } from './scim-server.ts';

const open = (server: ScimTestServer, more: object = {}) =>
  scimTarget({ url: server.url, token: TOKEN, clock: quickClock(), ...more });

const ann = {
  login: 'ann@acme.test',
  email: 'ann.lee@acme.test',
  firstName: 'Ann',
  lastName: 'Lee',
  displayName: 'Ann Lee',
  department: 'Finance',
  manager: 'Bo Ek',
  managerId: '00u9',
  mobilePhone: '+1 555 0100',
  city: 'Oslo',
  employeeNumber: 42,
};

describe('scim: users', () => {
  it('creates with attributes of core and enterprise', async () => {
    const server = await scimServer();
    expect(await open(server).apply([userChange('user.created', '00u1', ann)])).toEqual([]);
    expect(server.userOf('00u1')).toMatchObject({ userName: 'ann@acme.test', active: true });
    console.log(JSON.stringify(server.userOf('00u1')), server.asked);
  });
});
