import type { AuthnRequest } from './authn-request.ts';
import type { Consumer } from './sign-on.ts';
import type { Statement } from './statements.ts';
import { element, escapeXml } from './xml.ts';

const saml = 'urn:oasis:names:tc:SAML:2.0';
const assertion = { 'xmlns:saml2': `${saml}:assertion` };
const fiveMinutes = 5 * 60_000;

/** What a response says. Times in epoch milliseconds. */
export interface ResponseFacts {
  /** New ids. */
  ids: { response: string; assertion: string };
  sessionIndex: string;
  now: number;
  signedInAt: number;
  /** How long the session at the application may last; the application decides if undefined. */
  lifetimeMs: number | undefined;
  issuer: string;
  audience: string;
  consumer: Consumer;
  request: AuthnRequest | undefined;
  nameId: { value: string; format: string };
  /** URI. */
  authnContext: string;
  statements: readonly Statement[];
}

/** The answer to a sign-in, not signed. */
export function responseXml(facts: ResponseFacts): string {
  return envelope('Response', enveloped(facts), status('Success'), assertionXml(facts));
}

/** The answer where nobody is signed in, and must not be asked. */
export function passiveRefusal(facts: Addressed): string {
  return envelope('Response', enveloped(facts), status('Responder', status('NoPassive')));
}

/** The answer to a sign-out. */
export function logoutXml(facts: Enveloped): string {
  return envelope('LogoutResponse', facts, status('Success'));
}

type Addressed = Pick<ResponseFacts, 'ids' | 'now' | 'issuer' | 'consumer' | 'request'>;

const enveloped = ({ ids, now, issuer, consumer, request }: Addressed): Enveloped => ({
  ...{ id: ids.response, now, issuer, destination: consumer.destination, inResponseTo: request?.id },
});

interface Enveloped {
  id: string;
  now: number;
  issuer: string;
  destination: string;
  inResponseTo: string | undefined;
}

function envelope(name: string, facts: Enveloped, code: string, inside = ''): string {
  const attributes = {
    'xmlns:saml2p': `${saml}:protocol`,
    ID: facts.id,
    Version: '2.0',
    IssueInstant: iso(facts.now),
    Destination: facts.destination,
    InResponseTo: facts.inResponseTo,
  };
  const issuer = issuerXml(facts.issuer);
  return element(`saml2p:${name}`, attributes, issuer, element('saml2p:Status', {}, code), inside);
}

const status = (name: string, ...inside: string[]): string =>
  element('saml2p:StatusCode', { Value: `${saml}:status:${name}` }, ...inside);

const issuerXml = (issuer: string): string =>
  element('saml2:Issuer', { ...assertion, Format: `${saml}:nameid-format:entity` }, escapeXml(issuer));

function assertionXml(facts: ResponseFacts): string {
  const { ids, now, issuer, statements } = facts;
  return element(
    'saml2:Assertion',
    { ...assertion, ID: ids.assertion, Version: '2.0', IssueInstant: iso(now) },
    ...[issuerXml(issuer), subjectXml(facts), conditionsXml(facts), authnXml(facts)],
    statements.length > 0 ? element('saml2:AttributeStatement', {}, ...statements.map(attributeXml)) : '',
  );
}

function subjectXml({ nameId, consumer, request, now }: ResponseFacts): string {
  const { recipient: Recipient } = consumer;
  const data = { InResponseTo: request?.id, NotOnOrAfter: iso(now + fiveMinutes), Recipient };
  return element(
    'saml2:Subject',
    {},
    element('saml2:NameID', { Format: nameId.format }, escapeXml(nameId.value)),
    element(
      'saml2:SubjectConfirmation',
      { Method: `${saml}:cm:bearer` },
      element('saml2:SubjectConfirmationData', data),
    ),
  );
}

function conditionsXml({ now, audience }: ResponseFacts): string {
  return element(
    'saml2:Conditions',
    { NotBefore: iso(now - fiveMinutes), NotOnOrAfter: iso(now + fiveMinutes) },
    element('saml2:AudienceRestriction', {}, element('saml2:Audience', {}, escapeXml(audience))),
  );
}

function authnXml({ signedInAt, lifetimeMs, now, sessionIndex, authnContext }: ResponseFacts): string {
  const ends = lifetimeMs === undefined ? undefined : iso(now + lifetimeMs);
  const attributes = { AuthnInstant: iso(signedInAt), SessionIndex: sessionIndex, SessionNotOnOrAfter: ends };
  const classRef = element('saml2:AuthnContextClassRef', {}, escapeXml(authnContext));
  return element('saml2:AuthnStatement', attributes, element('saml2:AuthnContext', {}, classRef));
}

function attributeXml({ name, format, values }: Statement): string {
  return element(
    'saml2:Attribute',
    { Name: name, NameFormat: format },
    ...values.map((value) => element('saml2:AttributeValue', {}, escapeXml(value))),
  );
}

const iso = (time: number): string => new Date(time).toISOString();
