import type { CauseCode } from './causes.ts';
import type { Facts } from './facts.ts';

export const CERTAINTIES = ['certain', 'likely', 'possible'] as const;

/** Something that keeps people from signing in. */
export interface Found {
  code: CauseCode;
  certainty: (typeof CERTAINTIES)[number];
  evidence: string[];
  /** The action of this connector that mends it, with its input. */
  action?: { key: string; input: Record<string, unknown> };
}

/** Something that is as it should be. */
export interface Fine {
  /** As a sentence. */
  fine: string;
  /** Causes that it cannot be then. */
  not?: readonly CauseCode[];
}

/** What a check must know; without it, the check says what to give. */
export type Need = 'app' | 'oidc' | 'saml' | 'user' | 'response' | 'serviceProvider' | 'text' | 'bar';

/** One thing to look at. */
export interface Check {
  /** What it looks at, in the place of a sentence's subject. */
  name: string;
  needs?: readonly Need[];
  /** @throws OktaError where Okta refuses: the check then counts as not made. */
  run(facts: Facts): Promise<(Found | Fine)[]> | (Found | Fine)[];
}
