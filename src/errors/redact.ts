/** Stands in the place of what is secret. */
export const MASK = '[redacted]';

/** The longest text of an error, in characters. */
const MAX_TEXT = 4_000;

/** How far a text is read past its cut: less than this is needed to recognise a credential. */
const LOOK_AHEAD = 4_000;

/** Parameters and members that hold credentials. */
const NAMES =
  'access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|code|token|password|tempPassword|passCode|answer|secret|sharedSecret|activationToken|recoveryToken|sessionToken|stateToken';

/**
 * Shapes of credentials that may turn up inside free text: header values, JWTs, PEM blocks, token parameters. The first
 * group is what stays of a match. Each takes time in proportion to the text: a repetition either cannot run into the next
 * place where a match may begin, or takes it along as part of the credential.
 */
const SHAPES: readonly RegExp[] = [
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b((?:SSWS|Bearer|DPoP)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  // "basic" is a word too: what follows must look like base64.
  /\b([Bb]asic\s+)(?=[a-z]*[A-Z0-9+/=])[A-Za-z0-9+/=]{8,}/g,
  // Also the beginning of a JWT that was cut off.
  /()\beyJ[A-Za-z0-9_.-]{8,}/g,
  // In quotes, also in those of JSON that is quoted inside JSON. Without quotes only behind "=": what follows "password: "
  // or "POST /oauth2/v1/token: " is a sentence of Okta's.
  // A value of a password stands one object deeper.
  new RegExp(
    String.raw`\b((?:${NAMES})["']?\s*[=:]\s*(?:\{\s*["']value["']\s*:\s*)?(["']))(?:(?!\2)[^\\]|\\[\s\S])+`,
    'g',
  ),
  // Quotes with more backslashes before them stand inside the value.
  new RegExp(
    String.raw`\b((?:${NAMES})\\+"\s*:\s*(?:\{\s*\\+"value\\+"\s*:\s*)?(\\+"))(?:(?!(?<!\\)\2)[\s\S])+`,
    'g',
  ),
  new RegExp(String.raw`\b((?:${NAMES})\s*=\s*)[^\s"'&,}]{4,}`, 'g'),
  /(\/(?:welcome|reset_password|tokens|signin\/reset-password)\/)[A-Za-z0-9._~-]{8,}/g,
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

/** A secret is looked for by its first characters, so that a text is compared with few lengths, whatever their number. */
const NEEDLE_LENGTH = 32;

/** What is masked of a text: from here to before there. */
type Span = [start: number, end: number];

/** What known secrets begin with, and what to mask from there. */
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

/** Puts something else in the place of each span, and of spans that overlap together. */
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
 * Makes the function that removes credentials from texts that are about to leave the process in an error or a log line,
 * and cuts long ones. Takes time in proportion to the text that is kept and to the secrets, not to their product.
 * @param secrets values known to be secret (tokens, passwords). Each occurrence of four characters or more is masked, also
 *   JSON-escaped or percent-encoded; shorter ones (the answer to a question) where they stand in quotes.
 * @returns takes a text and the most characters to keep; a text that was cut ends with "…", never within a credential
 *   that is then half shown.
 */
export function redactor(secrets: Iterable<string> = []): (text: string, max?: number) => string {
  const needles = needlesOf(secrets);
  const lengths = new Set([...needles.keys()].map((needle) => needle.length));
  return (text, max = MAX_TEXT) => {
    const seen = text.slice(0, max + LOOK_AHEAD);
    const known = [...knownIn(seen, needles, lengths)];
    // What borders on a known secret has its edge there, as at any sign.
    const rest = replaced(seen, known, (length) => '['.repeat(length));
    const hidden = [...known, ...shapesIn(rest)].filter(([from]) => from < max);
    const out = replaced(seen.slice(0, max), hidden, () => MASK);
    const isWhole = text.length <= max && out.length <= max;
    return isWhole ? out : `${out.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
  };
}

/** Removes credentials from one text, and cuts it where it is long; see {@link redactor}. */
export const redact = (text: string, secrets?: Iterable<string>): string => redactor(secrets)(text);

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
