const MASK = '[redacted]';

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
  [new RegExp(String.raw`\b(${NAMES})(["']?\s*[=:]\s*)(["'])(?:(?!\3)[^\\]|\\.)+`, 'g'), `$1$2$3${MASK}`],
  [new RegExp(String.raw`\b(${NAMES})(\\+"\s*:\s*)(\\+")(?:(?!\3).)+`, 'gs'), `$1$2$3${MASK}`],
  [new RegExp(String.raw`\b(${NAMES})(\s*=\s*)[^\s"'&,}]{4,}`, 'g'), `$1$2${MASK}`],
  [/(\/(?:welcome|reset_password|tokens|signin\/reset-password)\/)[A-Za-z0-9._~-]{8,}/g, `$1${MASK}`],
];

/**
 * Removes credentials from a text that is about to leave the process in an error or a log line.
 * @param text any text.
 * @param secrets values known to be secret (tokens, passwords); each occurrence of four characters or more is masked.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let out = text;
  // The longest first: one may begin with another, whose mask would leave the rest of it.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= 4) out = out.replaceAll(secret, MASK);
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
