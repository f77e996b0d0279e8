import { MASK, redact } from '../errors/redact.ts';
import { bucketName } from './bucket-name.ts';
import type { Clock, Send } from './types.ts';

/** One line of the API-level log: what was called and how it went, without secrets and without personal data. */
export interface RequestLogEntry {
  /** ISO 8601, start of the attempt. */
  time: string;
  method: string;
  pathTemplate: string;
  /** The real path and query, without secrets; only with `personalData`. */
  path?: string;
  /** Absent without an answer. */
  status?: number;
  durationMs: number;
  /** `X-Okta-Request-Id`: what Okta support asks for. */
  requestId?: string;
  bucket: string;
  /** `X-Rate-Limit-Remaining` of the bucket after this request. */
  remaining?: number;
  /** Stable code of the failure when no answer came. */
  error?: string;
}

export interface RequestLogOptions {
  clock: Clock;
  write: (entry: RequestLogEntry) => void;
  /** Also log real paths, which contain ids, logins and search expressions. Secrets in them are still masked. */
  personalData: boolean;
}

/** Logs each attempt after it ended. Headers and bodies are never logged; a failing sink does not affect the call. */
export function requestLog(next: Send, { clock, write, personalData }: RequestLogOptions): Send {
  return async (request) => {
    const started = clock.now();
    const log = (rest: Partial<RequestLogEntry>) => {
      try {
        write({
          time: new Date(started).toISOString(),
          method: request.method,
          pathTemplate: request.template,
          path: personalData ? withoutSecrets(request.path) : undefined,
          durationMs: clock.now() - started,
          bucket: bucketName(request.method, request.path),
          ...rest,
        });
      } catch {
        // A full disk must not turn a successful write into a failure.
      }
    };
    try {
      const response = await next(request);
      const remaining = response.headers['x-rate-limit-remaining'];
      log({
        status: response.status,
        requestId: response.headers['x-okta-request-id'],
        remaining: remaining === undefined ? undefined : Number(remaining),
      });
      return response;
    } catch (error) {
      log({ error: (error as { code?: string } | undefined)?.code ?? 'aborted' });
      throw error;
    }
  };
}

/** Names of secret parameters and attributes: `stateToken`, `client_secret`, `profile.recoveryAnswer`. */
const SECRET_NAME =
  /(token|secret|passw(or)?d|passcode|assertion|verifier|answer|credentials?|(api|private)_?key)$|^(code|otp|pin)$/i;
const isSecret = (name: string) => name.split('.').some((part) => SECRET_NAME.test(part));

/** A condition of a search: attribute, operator, value. */
const CONDITION = /([\w.-]+)(\s+(?:eq|ne|gt|ge|lt|le|sw|co|ew)\s+)("(?:[^"\\]|\\.)*"?|[^\s)]+)/gi;

/** Anything without a secret is logged as sent. */
function withoutSecrets(path: string): string {
  const [route = '', ...query] = path.split(/[?&]/);
  const parts = query.map((part) => {
    const [[name = '', value = ''] = []] = new URLSearchParams(part);
    if (isSecret(name)) return `${part.split('=')[0]}=${MASK}`;
    const masked = value.replace(CONDITION, (condition, attribute, operator) =>
      isSecret(attribute) ? attribute + operator + MASK : condition,
    );
    const clean = redact(masked);
    return clean === value ? part : `${part.split('=')[0]}=${encodeURIComponent(clean)}`;
  });
  return (
    redact(route) + (parts.length > 0 ? `?${parts.join('&')}` : '').replaceAll(encodeURIComponent(MASK), MASK)
  );
}
