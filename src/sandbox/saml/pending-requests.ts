import { randomSecret } from '../random.ts';
import type { AuthnRequest } from './authn-request.ts';

/** A request to which an answer is due. */
export interface PendingRequest {
  /** Of the app. */
  appId: string;
  /** Undefined where a person starts at Okta. */
  request: AuthnRequest | undefined;
  relayState: string | undefined;
  /** The session with which the browser came first: whoever has another one entered the password for this request. */
  before?: { sessionId: string | undefined };
}

const CAPACITY = 1000;

/** Requests whose people are at the sign-in page, by key. The oldest are forgotten. */
export class PendingRequests {
  readonly #requests = new Map<string, PendingRequest>();

  put(request: PendingRequest): string {
    const [oldest] = this.#requests.keys();
    if (oldest !== undefined && this.#requests.size >= CAPACITY) this.#requests.delete(oldest);
    const key = randomSecret(16);
    this.#requests.set(key, request);
    return key;
  }

  get(key: string): PendingRequest | undefined {
    return this.#requests.get(key);
  }

  delete(key: string): void {
    this.#requests.delete(key);
  }
}
