import type { Element } from '@xmldom/xmldom';
import { children, childText } from '../metadata/document.ts';
import { refusedResponse } from './refusal.ts';

/** A period in which something holds. Milliseconds since the epoch; undefined for an end that is open. */
export interface Period {
  notBefore: number | undefined;
  notOnOrAfter: number | undefined;
}

/** How an assertion may be used: to whom, where and in answer to what. */
export interface Confirmation extends Period {
  recipient: string | undefined;
  inResponseTo: string | undefined;
}

/** What a signed assertion says. */
export interface Assertion {
  id: string;
  issuer: string;
  issuedAt: number;
  nameId: string;
  nameIdFormat: string | undefined;
  /** Those of a bearer. */
  confirmations: Confirmation[];
  conditions: Period;
  /** One list for each restriction: each must contain the application. */
  audiences: string[][];
  sessionIndex: string | undefined;
  sessionEnds: number | undefined;
  attributes: Record<string, string[]>;
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/**
 * Reads an assertion. The NameID is its text alone: format and qualifiers are no part of who somebody is.
 * @throws OktaError `sign_in_refused` for what an assertion for signing in must have and this one lacks.
 */
export function assertionOf(assertion: Element): Assertion {
  const subject = the(assertion, 'Subject');
  const nameId = the(subject, 'NameID');
  const conditions = the(assertion, 'Conditions');
  const statement = the(assertion, 'AuthnStatement');
  return {
    id: needed(assertion.getAttribute('ID'), 'an id'),
    issuer: needed(childText(assertion, 'Issuer'), 'an issuer'),
    issuedAt: Number(needed(timeOf(assertion, 'IssueInstant'), 'a time of issue')),
    nameId: needed(nameId.textContent?.trim(), 'a NameID with text'),
    nameIdFormat: nameId.getAttribute('Format') ?? undefined,
    confirmations: children(subject, 'SubjectConfirmation')
      .filter((one) => one.getAttribute('Method') === BEARER)
      .flatMap((one) => children(one, 'SubjectConfirmationData'))
      .map((data) => ({
        ...periodOf(data),
        recipient: data.getAttribute('Recipient') ?? undefined,
        inResponseTo: data.getAttribute('InResponseTo') ?? undefined,
      })),
    conditions: periodOf(conditions),
    audiences: children(conditions, 'AudienceRestriction').map((one) =>
      children(one, 'Audience').map(({ textContent }) => textContent?.trim() ?? ''),
    ),
    sessionIndex: statement.getAttribute('SessionIndex') ?? undefined,
    sessionEnds: timeOf(statement, 'SessionNotOnOrAfter'),
    attributes: attributesOf(assertion),
  };
}

/** Lists, whatever their length: one group is a list as well. */
function attributesOf(assertion: Element): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const one of children(assertion, 'AttributeStatement').flatMap((some) =>
    children(some, 'Attribute'),
  )) {
    const name = one.getAttribute('Name') ?? '';
    const values = children(one, 'AttributeValue').map(({ textContent }) => textContent?.trim() ?? '');
    found.set(name, [...(found.get(name) ?? []), ...values]);
  }
  return Object.fromEntries(found);
}

const periodOf = (one: Element): Period => ({
  notBefore: timeOf(one, 'NotBefore'),
  notOnOrAfter: timeOf(one, 'NotOnOrAfter'),
});

/** SAML writes all times in UTC. */
function timeOf(one: Element, name: string): number | undefined {
  const text = one.getAttribute(name);
  if (text === null) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw lacking(`${name} as a time in UTC`);
}

function the(parent: Element, name: string): Element {
  const [one, ...others] = children(parent, name);
  if (one && others.length === 0) return one;
  throw lacking(others.length > 0 ? `only one ${name}` : `a ${name}`);
}

function needed<T>(value: T | null | undefined | '', what: string): T {
  if (value !== null && value !== undefined && value !== '') return value;
  throw lacking(what);
}

const lacking = (what: string) =>
  refusedResponse('assertion', `its assertion does not have ${what}`, {
    hint: 'Such an assertion is not meant for signing in: compare the SAML settings of the identity provider.',
  });
