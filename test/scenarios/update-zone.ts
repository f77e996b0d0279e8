import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const cidr = (value: string) => ({ type: 'CIDR', value });

const zone = (org: Org, members: object) =>
  org.api('POST', '/api/v1/zones', { type: 'IP', name: `Head office ${org.run}`, ...members });

const office = (org: Org) =>
  zone(org, {
    gateways: [cidr('203.0.113.0/24'), { type: 'RANGE', value: '192.0.2.7' }],
    proxies: [cidr('198.51.100.0/24')],
  });

export default [
  scenario('update_zone', {
    name: 'adds and removes addresses of a zone by its name, and keeps the others',
    arrange: office,
    input: ({ name }) => ({
      ...{ zoneId: name, addGateways: ['203.0.113.9', '203.0.113.0/24'], removeGateways: ['192.0.2.7/32'] },
      ...{ addProxies: ['192.0.2.1-192.0.2.9'], removeProxies: ['198.51.100.0/24'] },
    }),
    check: (output) =>
      expect(output).toMatchObject({
        changed: true,
        gateways: [cidr('203.0.113.0/24'), { type: 'RANGE', value: '203.0.113.9-203.0.113.9' }],
        proxies: [{ type: 'RANGE', value: '192.0.2.1-192.0.2.9' }],
      }),
  }),
  scenario('update_zone', {
    name: 'changes nothing when the address is there already',
    arrange: office,
    input: ({ id }) => ({ zoneId: id, addGateways: ['192.0.2.7'] }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
  scenario('update_zone', {
    name: 'replaces name, usage and addresses, and deactivates the zone',
    arrange: async (org) => ({ ...(await office(org)), renamed: `Branch ${org.run}` }),
    input: ({ id, renamed }) => ({
      ...{ zoneId: id, name: renamed, usage: 'BLOCKLIST', status: 'INACTIVE' },
      ...{ gateways: ['203.0.113.64/26'], proxies: ['203.0.113.1'] },
    }),
    check: (output, { renamed }) =>
      expect(output).toMatchObject({
        ...{ changed: true, name: renamed, usage: 'BLOCKLIST', status: 'INACTIVE' },
        ...{ gateways: [cidr('203.0.113.64/26')], proxies: [{ type: 'RANGE' }] },
      }),
  }),
  scenario('update_zone', {
    name: 'activates a zone and changes nothing else',
    async arrange(org) {
      const made = await office(org);
      await org.api('POST', `/api/v1/zones/${made.id}/lifecycle/deactivate`);
      return made;
    },
    input: ({ id }) => ({ zoneId: id, status: 'ACTIVE' }),
    check: (output) => expect(output).toMatchObject({ changed: true, status: 'ACTIVE' }),
  }),
  scenario('update_zone', {
    name: 'adds an address to the exempt zone, whose special members it keeps',
    async arrange(org) {
      const zones = await org.api('GET', '/api/v1/zones?filter=system eq true');
      const exempt = zones.find(({ name }: { name: string }) => name === 'DefaultExemptIpZone');
      return exempt as { id: string };
    },
    input: ({ id }) => ({ zoneId: id, addGateways: ['203.0.113.9'] }),
    check: (output) => expect(output).toMatchObject({ useAsExemptList: true, gateways: [{ type: 'RANGE' }] }),
  }),
  scenario('update_zone', {
    name: 'changes places and proxies of a dynamic zone',
    arrange: (org) => zone(org, { type: 'DYNAMIC', proxyType: 'Any', asns: ['23457'] }),
    input: ({ id }) => ({
      ...{ zoneId: id, proxyType: 'Tor', asns: { include: ['64500'] } },
      locations: { include: [{ country: 'IT' }] },
    }),
    check: (output) => expect(output).toMatchObject({ proxyType: 'Tor', asns: ['64500'], changed: true }),
  }),
  scenario('update_zone', {
    name: 'excludes a service, and keeps those that are included',
    arrange: (org) =>
      zone(org, { type: 'DYNAMIC_V2', ipServiceCategories: { include: ['ALL_ANONYMIZERS'] } }),
    input: ({ id }) => ({ zoneId: id, ipServiceCategories: { exclude: ['NORD_VPN'] } }),
    check: (output) =>
      expect(output).toMatchObject({
        ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: ['NORD_VPN'] },
      }),
  }),
];
