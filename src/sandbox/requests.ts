import type { Scheme } from './authenticate.ts';

const capacity = 10_000;
const hidden = new Set(['authorization', 'dpop', 'cookie']);

/** A request that the sandbox received. */
export interface RequestRecord {
  method: string;
  path: string;
  query: string;
  /** 0 until an answer is sent; it stays 0 when the connection is cut first. */
  status: number;
  at: string;
  auth: Scheme | null;
  userAgent: string | null;
  requestId: string;
  headers: Record<string, string>;
}

/** The latest requests, and the highest number of concurrent ones. */
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

/** The request headers except those that carry credentials. */
export function harmlessHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !hidden.has(name)));
}
