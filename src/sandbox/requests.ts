import type { Scheme } from './authenticate.ts';

const capacity = 10_000;
const hidden = new Set(['authorization', 'dpop', 'cookie']);

/** What the sandbox was asked. */
export interface RequestRecord {
  method: string;
  path: string;
  query: string;
  /** 0 as long as nothing was answered, and for good when the connection was cut first. */
  status: number;
  at: string;
  auth: Scheme | null;
  userAgent: string | null;
  requestId: string;
  headers: Record<string, string>;
}

/** The latest requests, and how many were under way at the same time. */
export class RequestLog {
  #records: RequestRecord[] = [];
  #inFlight = 0;
  #maxInFlight = 0;

  get inFlight(): number {
    return this.#inFlight;
  }

  get maxInFlight(): number {
    return this.#maxInFlight;
  }

  begin(record: RequestRecord): void {
    if (this.#records.length >= capacity) this.#records = this.#records.slice(capacity / 10);
    this.#records.push(record);
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
  }

  end(): void {
    this.#inFlight -= 1;
  }

  find(method: string | undefined, path: string | undefined): RequestRecord[] {
    const wanted = path === undefined ? undefined : new RegExp(path);
    return this.#records.filter(
      (record) =>
        (!method || record.method === method.toUpperCase()) && (!wanted || wanted.test(record.path)),
    );
  }

  clear(): void {
    this.#records = [];
    this.#maxInFlight = this.#inFlight;
  }
}

/** The headers of a request without those that carry a credential. */
export function harmlessHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !hidden.has(name)));
}
