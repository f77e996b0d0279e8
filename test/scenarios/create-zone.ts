import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

const named = (name: string) => async (org: { run: string }) => `${name} ${org.run}`;

export default [
  scenario('create_zone', {
    name: 'creates a zone of addresses, each with the type that follows from its text',
    arrange: named('Head office'),
    input: (name) => ({
      ...{ type: 'IP', name, usage: 'BLOCKLIST', proxies: ['198.51.100.1-198.51.100.9'] },
      gateways: ['203.0.113.0/24', '192.0.2.7', '2001:db8::/32'],
    }),
    check: (output) =>
      expect(output).toMatchObject({
        gateways: [
          { type: 'CIDR', value: '203.0.113.0/24' },
          { type: 'RANGE', value: '192.0.2.7-192.0.2.7' },
          { type: 'CIDR', value: '2001:db8::/32' },
        ],
        ...{ status: 'ACTIVE', usage: 'BLOCKLIST' },
      }),
  }),
  scenario('create_zone', {
    name: 'creates an inactive zone, although Okta makes every new zone active',
    arrange: named('Later'),
    input: (name) => ({ type: 'IP', name, gateways: ['203.0.113.0/24'], status: 'INACTIVE' }),
    check: (output) => expect(output).toMatchObject({ status: 'INACTIVE', usage: 'POLICY' }),
  }),
  scenario('create_zone', {
    name: 'creates a dynamic zone, whose places are a plain list',
    arrange: named('Tor in Italy'),
    input: (name) => ({
      ...{ type: 'DYNAMIC', name, proxyType: 'Tor', asns: { include: ['23457'] } },
      locations: { include: [{ country: 'IT', region: 'IT-62' }] },
    }),
    check: (output) =>
      expect(output).toMatchObject({ locations: [{ country: 'IT', region: 'IT-62' }], asns: ['23457'] }),
  }),
  scenario('create_zone', {
    name: 'creates an enhanced dynamic zone with a service that is not in any list yet',
    arrange: named('Anonymous'),
    input: (name) => ({
      ...{
        type: 'DYNAMIC_V2',
        name,
        ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: ['NORD_VPN'] },
      },
    }),
    check: (output) =>
      expect(output).toMatchObject({
        ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: ['NORD_VPN'] },
      }),
  }),
];
