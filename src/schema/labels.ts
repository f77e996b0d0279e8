import { z } from 'zod';

// A registry of its own: what is in zod's global one would become a keyword of every JSON Schema.
const declared = z.registry<Record<string, string>>();

/**
 * Declares the labels of an enum for the values that are not readable by themselves. The others get {@link humanize}d ones.
 * @param labels by value, as people read them: `{ sw: 'Starts with' }`.
 */
export function labelled<T extends z.ZodEnum>(
  schema: T,
  labels: { readonly [value in z.output<T> & string]?: string },
): T {
  declared.add(schema, labels as Record<string, string>);
  return schema;
}

/** The label of a value of an enum: as declared, or else made of the value. */
export const valueLabel = (schema: z.core.$ZodType, value: string): string =>
  declared.get(schema)?.[value] ?? humanize(value);

const INITIALS = new Set(
  `ACS API CORS DN EU FIDO HMAC HTTP HTTPS ID IDP IP ISO JSON JWT LDAP MFA OIDC PKCE RSA SAML SCIM SHA256 SHA512 SMS SSO
  TTL U2F URI URL XML`.split(/\s+/),
);

/** Readable text of a name or constant: `LOCKED_OUT` is "Locked out", `excludedUserIds` "Excluded user IDs". */
export function humanize(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[\s_.:/-]+/)
    .filter(Boolean)
    .map(wordOf);
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wordOf(word: string): string {
  const upper = word.toUpperCase();
  // RS256 is a name.
  if (INITIALS.has(upper) || (/\d/.test(word) && word === upper)) return upper;
  const single = upper.replace(/S$/, '');
  return INITIALS.has(single) ? `${single}s` : word.toLowerCase();
}

/** The name of a thing within a sentence: "Identity provider" is "identity provider", "API token" stays. */
export const inSentence = (title: string): string =>
  title
    .split(' ')
    .map((word) => (INITIALS.has(word) ? word : word.toLowerCase()))
    .join(' ');
