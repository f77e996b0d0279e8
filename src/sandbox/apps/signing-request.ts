import { X509Certificate } from 'node:crypto';
import { iso } from '../clock.ts';
import { invalid, oktaError } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { isObject } from '../json.ts';
import { found } from '../kinds/endpoints.ts';
import type { Kind } from '../kinds/kind.ts';
import { type Subject, signingRequest } from './certificate.ts';

const shortNames: Readonly<Record<string, string>> = {
  countryName: 'C',
  stateOrProvinceName: 'ST',
  localityName: 'L',
  organizationName: 'O',
  organizationalUnitName: 'OU',
  commonName: 'CN',
};

/** Requests for certificates that somebody else signs, as apps and identity providers have them. */
export const signingRequests = {
  prefix: 'csr',
  type: 'CSR',
  serves: ['list', 'create', 'read', 'delete'],
  created: 201,
  make({ org }, { subject, subjectAltNames }) {
    const given = Object.entries(isObject(subject) ? subject : {});
    const named = given.flatMap(([name, value]) =>
      shortNames[name] ? [[shortNames[name], String(value)]] : [],
    );
    const { dnsNames } = isObject(subjectAltNames) ? subjectAltNames : {};
    const names = Array.isArray(dnsNames) ? dnsNames.map(String) : [];
    const request = signingRequest(org.keys.make(), Object.fromEntries(named) as Subject, names);
    return { csr: request.toString('base64'), kty: 'RSA' };
  },
  view({ origin }, { id, list, created, body }) {
    const self = `${origin}${list}/${id}`;
    const publish = { href: `${self}/lifecycle/publish`, hints: { allow: ['POST'] } };
    const _links = { self: { href: self, hints: { allow: ['GET', 'DELETE'] } }, publish };
    return { id, created: iso(created), ...body, _links };
  },
} satisfies Partial<Kind>;

/** Turns a request into a key, with the certificate that was signed for it. @param add adds the key, from base64 */
export function publication(kind: Kind, add: (call: Call, certificate: string) => Answer): Endpoint {
  return {
    method: 'POST',
    path: `${kind.path}/:${kind.param}/lifecycle/publish`,
    scope: `${kind.scope}.manage`,
    takes: ['application/x-x509-ca-cert', 'application/pkix-cert', 'application/x-pem-file'],
    handle(call) {
      kind.guard?.(call);
      const request = found(call, kind);
      if (typeof call.body !== 'string') throw oktaError('E0000021');
      const certificate = certificateIn(call.body);
      const { publicKey } = certificate;
      const key = publicKey.export({ type: 'spki', format: 'der' });
      if (!Buffer.from(String(request.body.csr), 'base64').includes(key))
        throw invalid('certificate', 'certificate: The certificate is not for the key of this request');
      call.org.objects.delete(request);
      return add(call, certificate.raw.toString('base64'));
    },
  };
}

/** A certificate that comes as PEM, as DER or as DER in base64. @throws Refusal E0000001 */
function certificateIn(body: string): X509Certificate {
  const isText = /^(-----BEGIN|[\w+/=\s-]+$)/.test(body);
  const bytes =
    body.startsWith('-----BEGIN') || !isText ? Buffer.from(body, 'latin1') : Buffer.from(body, 'base64');
  try {
    return new X509Certificate(bytes);
  } catch {
    throw invalid('certificate', 'certificate: Invalid certificate');
  }
}
