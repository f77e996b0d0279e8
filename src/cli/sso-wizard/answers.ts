import type { Actions } from '../../connector.ts';
import { isOktaError, type OktaError } from '../../errors/errors.ts';

/** What was filled in, by field; empty ones are left out. */
export type Answers = Record<string, unknown>;

/** An action and its input, as the form asks for it. */
export interface Asked {
  key: 'set_up_oidc_sso' | 'set_up_saml_sso';
  input: Answers;
}

/** An app that was set up in this run of the wizard. */
export interface SetUp extends Asked {
  output: Actions['set_up_oidc_sso']['output'] | Actions['set_up_saml_sso']['output'];
}

const SAML_ATTRIBUTES = { firstName: 'user.firstName', lastName: 'user.lastName', email: 'user.email' };

const isEmpty = (value: unknown) =>
  value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0);

/** The input of the set-up. What cannot be is refused by the action itself. */
export function askedOf({ application, samlApplication, names, spMetadata, ...rest }: Answers): Asked {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)));
  if (application !== 'saml') return { key: 'set_up_oidc_sso', input: { ...given, application } };
  const metadata =
    typeof spMetadata !== 'string' || spMetadata === ''
      ? {}
      : spMetadata.startsWith('<')
        ? { spMetadataXml: spMetadata }
        : { spMetadataUrl: spMetadata };
  return {
    key: 'set_up_saml_sso',
    input: {
      ...{ ...given, ...metadata, application: samlApplication },
      ...(names === true ? { attributes: SAML_ATTRIBUTES } : {}),
    },
  };
}

/** Fields of the form that an error is about, with what to say beside each. */
export function fieldErrors({ message, hint, causes, code }: OktaError): Record<string, string> {
  const found: Record<string, string> = {};
  for (const cause of causes) {
    const [, name, why] = /^(\w+)(?:\.\w+)*: (.+)$/s.exec(cause) ?? [];
    if (name && why) found[name] ??= `${why[0]?.toUpperCase()}${why.slice(1)}.`;
  }
  if (code === 'already_exists') {
    const words = hint?.replace('set takeOver to true', 'tick "Take over" under "More"');
    found.label = sentence(message, words);
  }
  if (/PKCE/.test(message)) found.pkceRequired = `${message}.`;
  if (code === 'not_found' && /authorization server/i.test(message)) found.issuer = sentence(message, hint);
  if (/SAML metadata/.test(message)) found.spMetadata = sentence(message, hint);
  if (/entity ID/i.test(message)) found.entityId = sentence(message, hint);
  if (/where the application takes assertions/.test(message))
    found.spMetadata = `${message}. Give the metadata, or the entity ID together with the ACS URL.`;
  if (/^An assertion consumer service/.test(message)) found.acsUrl = sentence(message, hint);
  return found;
}

const sentence = (message: string, hint = '') => `${message}. ${hint}`.trim();

/** Adds to an error what belongs beside its fields. */
export async function withFields<T>(work: Promise<T>): Promise<T | { refused: unknown }> {
  try {
    return await work;
  } catch (error) {
    if (!isOktaError(error)) throw error;
    return { refused: { ...error.toJSON(), fields: fieldErrors(error) } };
  }
}
