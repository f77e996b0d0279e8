/** Stands in the place of what is secret. */
export const MASK = '[redacted]';

/** Parameters and members that hold credentials. */
const NAMES =
  'access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|code|token|password|tempPassword|passCode|answer|secret|sharedSecret|activationToken|recoveryToken|sessionToken|stateToken';

/** Shapes of credentials that may turn up inside free text: header values, JWTs, PEM blocks, token parameters. */
const PATTERNS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\b(SSWS|Bearer|DPoP)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${MASK}`],
  // "basic" is a word too: what follows must look like base64.
  [/\b([Bb]asic)\s+(?=[a-z]*[A-Z0-9+/=])[A-Za-z0-9+/=]{8,}/g, `$1 ${MASK}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*/g, MASK],
  // In quotes, also in those of JSON that is quoted inside JSON. Without quotes only behind "=": what follows "password: "
  // or "POST /oauth2/v1/token: " is a sentence of Okta's.
  // A value of a password stands one object deeper.
  [
    new RegExp(
      String.raw`\b(${NAMES})(["']?\s*[=:]\s*(?:\{\s*["']value["']\s*:\s*)?)(["'])(?:(?!\3)[^\\]|\\.)+`,
      'g',
    ),
    `$1$2$3${MASK}`,
  ],
  [
    new RegExp(String.raw`\b(${NAMES})(\\+"\s*:\s*(?:\{\s*\\+"value\\+"\s*:\s*)?)(\\+")(?:(?!\3).)+`, 'gs'),
    `$1$2$3${MASK}`,
  ],
  [new RegExp(String.raw`\b(${NAMES})(\s*=\s*)[^\s"'&,}]{4,}`, 'g'), `$1$2${MASK}`],
  [/(\/(?:welcome|reset_password|tokens|signin\/reset-password)\/)[A-Za-z0-9._~-]{8,}/g, `$1${MASK}`],
];

/** A secret as itself and as JSON, URLs and forms write it: an echo may be any of these. */
function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret.toWellFormed());
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  const small = [url, form].map((one) => one.replace(/%../g, (hex) => hex.toLowerCase()));
  return [secret, json, JSON.stringify(json).slice(1, -1), url, form, ...small];
}

/** What encloses a value that is quoted: also in JSON inside JSON. */
const QUOTES = ['"', "'", '\\"'];

/**
 * Removes credentials from a text that is about to leave the process in an error or a log line.
 * @param text any text.
 * @param secrets values known to be secret (tokens, passwords). Each occurrence of four characters or more is masked, also
 *   JSON-escaped or percent-encoded; shorter ones (the answer to a question) where they stand in quotes.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let out = text;
  const known = [...new Set(secrets)].filter((secret) => secret !== '');
  const long = known.filter((secret) => secret.length >= 4).flatMap(spellingsOf);
  // The longest first: one may begin with another, whose mask would leave the rest of it.
  for (const secret of [...new Set(long)].sort((a, b) => b.length - a.length)) {
    out = out.replaceAll(secret, MASK);
  }
  for (const secret of known.filter((one) => one.length < 4)) {
    for (const quote of QUOTES) out = out.replaceAll(quote + secret + quote, quote + MASK + quote);
  }
  for (const [pattern, replacement] of PATTERNS) out = out.replace(pattern, replacement);
  return out;
}

/** Member names whose values are secret wherever they stand in a request or an answer. */
const SECRET_MEMBERS = new Set([
  'password',
  'tempPassword',
  'passCode',
  'answer',
  'token',
  'activationToken',
  'recoveryToken',
  'sessionToken',
  'stateToken',
  'secret',
  'sharedSecret',
  'clientSecret',
  'client_secret',
  'privateKey',
  'value',
  'salt',
  'newPassword',
  'oldPassword',
  'access_token',
  'refresh_token',
]);

/**
 * Collects the strings of a request body that must never be echoed: everything in members that are secret by definition
 * of Okta's API, wherever these stand. Used to scrub what Okta answers before it becomes an error.
 */
export function secretsIn(body: unknown, inside = false): string[] {
  if (typeof body === 'string') return inside ? [body] : [];
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    secretsIn(value, inside || SECRET_MEMBERS.has(name)),
  );
}
