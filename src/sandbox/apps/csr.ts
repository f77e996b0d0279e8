import { iso } from '../clock.ts';
import { isObject } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import { appById } from './apps.ts';
import { type Subject, signingRequest } from './certificate.ts';

const shortNames: Readonly<Record<string, string>> = {
  countryName: 'C',
  stateOrProvinceName: 'ST',
  localityName: 'L',
  organizationName: 'O',
  organizationalUnitName: 'OU',
  commonName: 'CN',
};

/** Requests for certificates that somebody else signs. */
export const signingRequestKind = defineKind({
  path: '/api/v1/apps/:appId/credentials/csrs',
  param: 'csrId',
  prefix: 'csr',
  type: 'CSR',
  scope: 'okta.apps',
  serves: ['list', 'create', 'read', 'delete'],
  created: 201,
  guard: appById,
  make(_, { subject }) {
    const given = Object.entries(isObject(subject) ? subject : {});
    const named = given.flatMap(([name, value]) =>
      shortNames[name] ? [[shortNames[name], String(value)]] : [],
    );
    return { csr: signingRequest(Object.fromEntries(named) as Subject).toString('base64'), kty: 'RSA' };
  },
  view({ origin }, { id, list, created, body }) {
    const self = { href: `${origin}${list}/${id}`, hints: { allow: ['GET', 'DELETE'] } };
    return { id, created: iso(created), ...body, _links: { self } };
  },
  events: { create: 'app.app_instance.csr.generate', delete: 'app.app_instance.csr.revoke' },
});
