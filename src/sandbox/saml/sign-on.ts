import { createHash, randomBytes } from 'node:crypto';
import type { App } from '../apps/app-store.ts';
import { isObject, type Json } from '../json.ts';
import type { AuthnRequest } from './authn-request.ts';
import { SamlProblem } from './problem.ts';

/** The members of `settings.signOn` of an app. */
export const signOnOf = ({ settings }: App): Json => (isObject(settings.signOn) ? settings.signOn : {});

/** What Okta calls itself towards an app, in metadata and assertions. */
export function samlIssuerOf(app: App): string {
  const { idpIssuer } = signOnOf(app);
  const template =
    typeof idpIssuer === 'string' && idpIssuer ? idpIssuer : `http://www.okta.com/\${org.externalKey}`;
  return template.replaceAll(`\${org.externalKey}`, externalKey(app));
}

/** Where applications send people to sign in to an app. */
export const ssoPath = (app: App): string => `/app/${app.name}/${externalKey(app)}/sso/saml`;

/** Where applications send people to sign out. */
export const sloPath = (app: App): string => `/app/${app.name}/${externalKey(app)}/slo/saml`;

/** What an application calls the session of a person; it does not betray the cookie. */
export const sessionIndexOf = (app: App, sessionId: string): string =>
  `id${createHash('sha256').update(`${app.id} ${sessionId}`).digest('hex').slice(0, 32)}`;

export const newId = (): string => `id${randomBytes(16).toString('hex')}`;

const externalKey = ({ id }: App): string => `exk${id.slice(3)}`;

/** Where an assertion goes, and what it says of that. */
export interface Consumer {
  acsUrl: string;
  recipient: string;
  destination: string;
}

/** The place of an app that a request wants its assertion at; the main one without a request. @throws SamlProblem */
export function consumerOf(app: App, request: AuthnRequest | undefined): Consumer {
  const signOn = signOnOf(app);
  const main = text(signOn.ssoAcsUrlOverride) ?? text(signOn.ssoAcsUrl);
  if (main === undefined)
    throw new SamlProblem('The app does not say where it takes assertions (ssoAcsUrl).');
  const acsUrl = wanted(signOn, main, request);
  if (acsUrl !== main) return { acsUrl, recipient: acsUrl, destination: acsUrl };
  return {
    acsUrl,
    recipient: text(signOn.recipientOverride) ?? text(signOn.recipient) ?? acsUrl,
    destination: text(signOn.destinationOverride) ?? text(signOn.destination) ?? acsUrl,
  };
}

function wanted(signOn: Json, main: string, request: AuthnRequest | undefined): string {
  const { allowMultipleAcsEndpoints, acsEndpoints } = signOn;
  const others = allowMultipleAcsEndpoints === true && Array.isArray(acsEndpoints) ? acsEndpoints : [];
  const { acsUrl, acsIndex } = request ?? {};
  if (acsUrl !== undefined) {
    if ([main, ...others.map(({ url }) => url)].includes(acsUrl)) return acsUrl;
    throw new SamlProblem(`The SAML request wants its answer at ${acsUrl}, which is no address of the app.`);
  }
  if (acsIndex === undefined) return main;
  const found = others.find(({ index }) => index === acsIndex)?.url;
  if (found === undefined && (acsIndex !== 0 || others.length > 0))
    throw new SamlProblem(
      `The SAML request wants its answer at address ${acsIndex}, which the app does not have.`,
    );
  return found ?? main;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);
