import type { OrgClock } from '../clock.ts';
import { randomSecret } from '../random.ts';

export interface Grant {
  clientId: string;
  /** The person who signed in; undefined for a service app, which acts for itself. */
  userId?: string;
  scopes: string[];
  /** The thumbprint of the key that the token is bound to. */
  thumbprint?: string;
  /** All tokens that go back to one sign-in; reuse of a refresh token ends them together. */
  family: string;
}

export interface AccessToken extends Grant {
  token: string;
  issued: number;
  expires: number;
}

export interface RefreshToken extends Grant {
  token: string;
  expires: number;
  rotated?: number;
}

interface AuthorizationCode {
  clientId: string;
  userId: string;
  scopes: string[];
  redirectUri: string;
  challenge?: string;
  nonce?: string;
  expires: number;
  /** The family of the tokens that the code was traded for. */
  family?: string;
}

const codeLifetimeMs = 5 * 60 * 1000;
const refreshIdleMs = 7 * 24 * 3600 * 1000;

/** Every credential that the org gave out, and what was used up: assertions, proofs, codes. */
export class IssuedTokens {
  readonly #clock: OrgClock;
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #usedOnce = new Map<string, number>();
  /** The nonce that a DPoP proof at the token endpoint must hold. */
  readonly dpopNonce = randomSecret(16);
  #apiToken: string | undefined;

  constructor(clock: OrgClock, apiToken: string) {
    this.#clock = clock;
    this.#apiToken = apiToken;
  }

  isApiToken(token: string): boolean {
    return token === this.#apiToken;
  }

  /** Whether there still was one. */
  revokeApiToken(): boolean {
    const known = this.#apiToken !== undefined;
    this.#apiToken = undefined;
    return known;
  }

  addAccess(grant: Grant, lifetimeMs: number, token = randomSecret()): AccessToken {
    const issued = this.#clock.now();
    const access = { ...grant, token, issued, expires: issued + lifetimeMs };
    this.#access.set(token, access);
    return access;
  }

  /** A live access token; undefined when it is unknown, expired or revoked. */
  access(token: string): AccessToken | undefined {
    const found = this.#access.get(token);
    return found && found.expires > this.#clock.now() ? found : undefined;
  }

  addRefresh(grant: Grant): RefreshToken {
    const refresh = { ...grant, token: `rt_${randomSecret()}`, expires: this.#clock.now() + refreshIdleMs };
    this.#refresh.set(refresh.token, refresh);
    return refresh;
  }

  refresh(token: string): RefreshToken | undefined {
    const found = this.#refresh.get(token);
    return found && found.expires > this.#clock.now() ? found : undefined;
  }

  addCode(code: Omit<AuthorizationCode, 'expires'>): string {
    const text = randomSecret(24);
    this.#codes.set(text, { ...code, expires: this.#clock.now() + codeLifetimeMs });
    return text;
  }

  code(text: string): AuthorizationCode | undefined {
    const found = this.#codes.get(text);
    return found && found.expires > this.#clock.now() ? found : undefined;
  }

  revoke(token: string): void {
    this.#access.delete(token);
    this.#refresh.delete(token);
  }

  revokeWhere(test: (grant: Grant) => boolean): void {
    for (const [token, access] of this.#access) if (test(access)) this.#access.delete(token);
    for (const [token, refresh] of this.#refresh) if (test(refresh)) this.#refresh.delete(token);
  }

  revokeAllAccess(): void {
    this.#access.clear();
  }

  revokeAllRefresh(): void {
    this.#refresh.clear();
  }

  /** Whether something that may be used only once is new; it counts as used from then on. */
  useOnce(name: string, lifetimeMs: number): boolean {
    const now = this.#clock.now();
    for (const [known, until] of this.#usedOnce) {
      if (until > now) break;
      this.#usedOnce.delete(known);
    }
    if ((this.#usedOnce.get(name) ?? 0) > now) return false;
    this.#usedOnce.set(name, now + lifetimeMs);
    return true;
  }
}
