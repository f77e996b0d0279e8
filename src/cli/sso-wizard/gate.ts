import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not answered. */
export interface Rejection {
  status: 403 | 404 | 405 | 413 | 415;
  /** For a person who reads it in a browser. */
  reason: string;
}

const COOKIE = 'okta-wizard';

/** 256 bits that nobody guesses. */
const random = () => randomBytes(32).toString('base64url');

const isSame = (given: string, known: string) =>
  given.length === known.length && timingSafeEqual(Buffer.from(given), Buffer.from(known));

/** Decides who may talk to the wizard: the browser that opened its URL first, on this machine, and no page of another origin. */
export class Gate {
  readonly #origin: URL;
  readonly #session = random();
  /**
   * Below it is everything of the wizard. Browsers send cookies to all ports of a host, but only below their path: another
   * server on this machine never gets ours.
   */
  readonly path = `/${random()}`;
  #token: string | undefined = random();

  /** @param origin where the wizard listens: `http://127.0.0.1:51234` */
  constructor(origin: string) {
    this.#origin = new URL(origin);
  }

  /** The URL that opens the wizard, once. */
  get url(): string {
    return new URL(`/?token=${this.#token ?? ''}`, this.#origin).href;
  }

  /** The header that lets a browser in. No other site can have it sent, and no script can read it. */
  get setCookie(): string {
    return `${COOKIE}=${this.#session}; HttpOnly; SameSite=Strict; Path=${this.path}`;
  }

  /** A name that a stranger's DNS leads to this machine is not ours. */
  strangeHost({ headers }: IncomingMessage): Rejection | undefined {
    if (headers.host === this.#origin.host) return undefined;
    return { status: 403, reason: `Open this page at ${this.#origin.origin}.` };
  }

  /** Uses the token up. */
  redeem(token: string): Rejection | undefined {
    if (this.#token !== undefined && isSame(token, this.#token)) {
      this.#token = undefined;
      return undefined;
    }
    return {
      status: 403,
      reason:
        'This link has been used already, or is not from this run. Run "okta-connector sso wizard" again.',
    };
  }

  /** Only the browser that redeemed the token. */
  stranger({ headers }: IncomingMessage): Rejection | undefined {
    const cookies = (headers.cookie ?? '').split(/;\s*/);
    const prefix = `${COOKIE}=`;
    const given = cookies.find((one) => one.startsWith(prefix))?.slice(prefix.length);
    if (given !== undefined && isSame(given, this.#session)) return undefined;
    return { status: 403, reason: 'Open the link that the terminal shows.' };
  }

  /** What changes something comes from our own page, as JSON, which no form of another site can send. */
  forged({ headers }: IncomingMessage): Rejection | undefined {
    const site = headers['sec-fetch-site'];
    if (headers.origin !== this.#origin.origin || (site !== undefined && site !== 'same-origin')) {
      return { status: 403, reason: 'The call does not come from the page of the wizard.' };
    }
    if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
      return { status: 415, reason: 'The call is not JSON.' };
    }
    return undefined;
  }
}
