import type { OrgClock } from '../clock.ts';
import { IdFactory, randomSecret } from '../random.ts';

/** Id of the API token that every sandbox begins with. */
export const apiTokenId = '00TSandboxTok1Sb5d70';

export interface Grant {
  clientId: string;
  /** The signed-in user; undefined for a service app. */
  userId?: string;
  scopes: string[];
  /** The thumbprint of the DPoP key the token is bound to. */
  thumbprint?: string;
  /** Identifies the tokens of one sign-in; reuse of a refresh token revokes them all. */
  family: string;
  /** The custom authorization server that issues it; undefined for that of the org. */
  serverId?: string;
  /** When the user signed in, in epoch milliseconds. */
  authTime?: number;
  /** How long access tokens live, where a policy says so. */
  lifetimeMs?: number;
}

export interface AccessToken extends Grant {
  token: string;
  issued: number;
  expires: number;
}

export interface RefreshToken extends Grant {
  id: string;
  token: string;
  issued: number;
  expires: number;
  rotated?: number;
}

interface AuthorizationCode extends Omit<Grant, 'thumbprint' | 'family'> {
  redirectUri: string;
  challenge?: string;
  nonce?: string;
  expires: number;
  /** The family of the tokens the code was exchanged for. */
  family?: string;
}

const codeLifetimeMs = 5 * 60 * 1000;
export const pushedLifetimeMs = 5 * 60 * 1000;
const refreshIdleMs = 7 * 24 * 3600 * 1000;

/** All issued credentials, and the ids of used assertions and proofs. */
export class IssuedTokens {
  readonly #clock: OrgClock;
  // Apart from those of the org, whose ids do not depend on who signs in.
  readonly #ids = new IdFactory(100);
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #pushed = new Map<string, { asked: URLSearchParams; expires: number }>();
  readonly #usedOnce = new Map<string, number>();
  /** The nonce that DPoP proofs at the token endpoint must contain. */
  readonly dpopNonce = randomSecret(16);
  /** Ids of API tokens by token. */
  readonly #apiTokens: Map<string, string>;

  constructor(clock: OrgClock, apiToken: string) {
    this.#clock = clock;
    this.#apiTokens = new Map([[apiToken, apiTokenId]]);
  }

  /** The id of an API token; undefined when it is unknown or revoked. */
  apiTokenId(token: string): string | undefined {
    return this.#apiTokens.get(token);
  }

  addApiToken(id: string): string {
    const token = `00${randomSecret(30)}`;
    this.#apiTokens.set(token, id);
    return token;
  }

  /** @returns false when it was already revoked. */
  revokeApiToken(id: string): boolean {
    for (const [token, known] of this.#apiTokens) if (known === id) return this.#apiTokens.delete(token);
    return false;
  }

  addAccess(grant: Grant, lifetimeMs: number, token = randomSecret()): AccessToken {
    const issued = this.#clock.now();
    const access = { ...grant, token, issued, expires: issued + lifetimeMs };
    this.#access.set(token, access);
    return access;
  }

  /** A valid access token; undefined when it is unknown, expired or revoked. */
  access(token: string): AccessToken | undefined {
    const found = this.#access.get(token);
    return found && found.expires > this.#clock.now() ? found : undefined;
  }

  addRefresh(grant: Grant, ids = this.#ids): RefreshToken {
    const [id, token, issued] = [ids.next('oar'), `rt_${randomSecret()}`, this.#clock.now()];
    const refresh = { ...grant, id, token, issued, expires: issued + refreshIdleMs };
    this.#refresh.set(refresh.token, refresh);
    return refresh;
  }

  /** The valid refresh tokens of a client that no newer one has replaced. */
  refreshTokensFor(clientId: string): RefreshToken[] {
    return [...this.#refresh.values()].filter(
      (one) => one.clientId === clientId && one.rotated === undefined && one.expires > this.#clock.now(),
    );
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

  /** Keeps an authorization request. @returns its `request_uri` */
  push(asked: URLSearchParams): string {
    const uri = `urn:okta:${randomSecret(32)}`;
    this.#pushed.set(uri, { asked, expires: this.#clock.now() + pushedLifetimeMs });
    return uri;
  }

  /** A pushed request of a client, once. */
  takePushed(uri: string, clientId: string | null): URLSearchParams | undefined {
    const found = this.#pushed.get(uri);
    if (!found || found.asked.get('client_id') !== clientId) return undefined;
    this.#pushed.delete(uri);
    return found.expires > this.#clock.now() ? found.asked : undefined;
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

  /** Marks a single-use value as used. @returns whether it was unused. */
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
