/** Replaces a secret. */
export const MASK = '[redacted]';

/** The longest text of an error, in characters. */
const MAX_TEXT = 4_000;

/** How far a text is read past its cut, enough to recognise a credential that crosses it. */
const LOOK_AHEAD = 4_000;

/** Parameters and members that hold credentials. */
const NAMES =
  'access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|code|token|password|tempPassword|passCode|answer|secret|sharedSecret|activationToken|recoveryToken|sessionToken|stateToken';

/**
 * Shapes of credentials in free text: header values, JWTs, PEM blocks, token parameters. The first group of a match is
 * kept. All run in linear time: a repetition either stops before the next possible start of a match, or consumes it as
 * part of the credential.
 */
const SHAPES: readonly RegExp[] = [
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b((?:SSWS|Bearer|DPoP)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  // "basic" is also an ordinary word: only mask what looks like base64 after it.
  /\b([Bb]asic\s+)(?=[a-z]*[A-Z0-9+/=])[A-Za-z0-9+/=]{8,}/g,
  // Also a truncated JWT.
  /()\beyJ[A-Za-z0-9_.-]{8,}/g,
  // Quoted values, also in JSON inside JSON. Unquoted values are masked only after "="; after ": " ("password: ",
  // "POST /oauth2/v1/token: ") it is usually prose from Okta.
  // Okta nests the value of a password one object deeper.
  new RegExp(
    String.raw`\b((?:${NAMES})["']?\s*[=:]\s*(?:\{\s*["']value["']\s*:\s*)?(["']))(?:(?!\2)[^\\]|\\[\s\S])+`,
    'g',
  ),
  // Quotes with more backslashes before them are part of the value.
  new RegExp(
    String.raw`\b((?:${NAMES})\\+"\s*:\s*(?:\{\s*\\+"value\\+"\s*:\s*)?(\\+"))(?:(?!(?<!\\)\2)[\s\S])+`,
    'g',
  ),
  new RegExp(String.raw`\b((?:${NAMES})\s*=\s*)[^\s"'&,}]{4,}`, 'g'),
  /(\/(?:welcome|reset_password|tokens|signin\/reset-password)\/)[A-Za-z0-9._~-]{8,}/g,
];

/** A secret verbatim and as escaped in JSON, URLs and forms: an echo may use any of these. */
function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret.toWellFormed());
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  const small = [url, form].map((one) => one.replace(/%../g, (hex) => hex.toLowerCase()));
  return [secret, json, JSON.stringify(json).slice(1, -1), url, form, ...small];
}

/** Opening quote of a value, also in JSON inside JSON. */
const QUOTES = ['"', "'", '\\"'];

/** Secrets are indexed by their first characters, so that the cost per position does not grow with their number. */
const NEEDLE_LENGTH = 32;

/** A range to mask: start (inclusive) and end (exclusive). */
type Span = [start: number, end: number];

/** Prefixes of the known secrets, and what to mask for each. */
function needlesOf(secrets: Iterable<string>): Map<string, Span> {
  const needles = new Map<string, Span>();
  for (const secret of new Set(secrets)) {
    if (secret.length < 4) {
      if (secret === '') continue;
      for (const quote of QUOTES) {
        needles.set(quote + secret + quote, [quote.length, quote.length + secret.length]);
      }
      continue;
    }
    for (const spelling of spellingsOf(secret)) {
      const needle = spelling.slice(0, NEEDLE_LENGTH);
      const longest = Math.max(spelling.length, needles.get(needle)?.[1] ?? 0);
      needles.set(needle, [0, longest]);
    }
  }
  return needles;
}

function* knownIn(text: string, needles: Map<string, Span>, lengths: Set<number>): Generator<Span> {
  if (lengths.size === 0) return;
  for (let at = 0; at < text.length; at++) {
    for (const length of lengths) {
      const span = needles.get(text.slice(at, at + length));
      if (span) yield [at + span[0], at + span[1]];
    }
  }
}

function* shapesIn(text: string): Generator<Span> {
  for (const shape of SHAPES) {
    for (const { 0: match, 1: kept = '', index } of text.matchAll(shape)) {
      yield [index + kept.length, index + match.length];
    }
  }
}

/** Replaces each span; overlapping spans are replaced as one. */
function replaced(text: string, spans: Iterable<Span>, by: (length: number) => string): string {
  const apart: Span[] = [];
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    const last = apart.at(-1);
    if (last && from < last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  let out = '';
  let at = 0;
  for (const [from, to] of apart) {
    out += text.slice(at, from) + by(Math.min(to, text.length) - from);
    at = to;
  }
  return out + text.slice(at);
}

/**
 * Makes the function that masks credentials in texts of errors and log lines, and cuts long texts. Runs in time linear
 * in the text kept plus the secrets, not in their product.
 * @param secrets values known to be secret (tokens, passwords). Those of four characters or more are masked wherever they
 *   occur, also JSON-escaped or percent-encoded; shorter ones (a recovery answer) only in quotes.
 * @returns a function of a text and the maximum number of characters; a cut text ends with "…" and never shows half a
 *   credential.
 */
export function redactor(secrets: Iterable<string> = []): (text: string, max?: number) => string {
  const needles = needlesOf(secrets);
  const lengths = new Set([...needles.keys()].map((needle) => needle.length));
  return (text, max = MAX_TEXT) => {
    const seen = text.slice(0, max + LOOK_AHEAD);
    const known = [...knownIn(seen, needles, lengths)];
    // A known secret delimits its neighbours, like any non-word character.
    const rest = replaced(seen, known, (length) => '['.repeat(length));
    const hidden = [...known, ...shapesIn(rest)].filter(([from]) => from < max);
    const out = replaced(seen.slice(0, max), hidden, () => MASK);
    const isWhole = text.length <= max && out.length <= max;
    return isWhole ? out : `${out.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
  };
}

/** Masks credentials in one text and cuts it when long; see {@link redactor}. */
export const redact = (text: string, secrets?: Iterable<string>): string => redactor(secrets)(text);

/** Names of members whose values are secret anywhere in a request or an answer. */
const SECRET_MEMBERS = new Set([
  'password',
  'tempPassword',
  'passCode',
  'nextPassCode',
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
 * Collects the strings of a request body that must never be echoed: everything in members that Okta's API defines as
 * secret, at any depth. Used to mask Okta's answer before it becomes an error.
 */
export function secretsIn(body: unknown, inside = false): string[] {
  if (typeof body === 'string') return inside ? [body] : [];
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    secretsIn(value, inside || SECRET_MEMBERS.has(name)),
  );
}
