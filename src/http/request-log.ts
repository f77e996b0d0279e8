import { bucketOf } from './bucket-name.ts';
import type { Clock, Send } from './types.ts';

/** One line of the API-level log: what was called and how it went, without secrets and without personal data. */
export interface RequestLogEntry {
  /** ISO 8601, start of the attempt. */
  time: string;
  method: string;
  pathTemplate: string;
  /** The real path and query; only when `personalData` was asked for. */
  path?: string;
  /** Absent when no answer came. */
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
  /** Also log real paths, which hold ids, logins and search expressions. */
  personalData: boolean;
}

/** Logs each attempt after it ended. Headers and bodies are never seen by the log; a sink that fails changes nothing. */
export function requestLog(next: Send, { clock, write, personalData }: RequestLogOptions): Send {
  return async (request) => {
    const started = clock.now();
    const log = (rest: Partial<RequestLogEntry>) => {
      try {
        write({
          time: new Date(started).toISOString(),
          method: request.method,
          pathTemplate: request.template,
          path: personalData ? request.path : undefined,
          durationMs: clock.now() - started,
          bucket: bucketOf(request.method, request.path),
          ...rest,
        });
      } catch {
        // A full disk under the log must not turn a write that was done into a failure.
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
