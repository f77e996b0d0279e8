import { didYouMean } from '../../errors/did-you-mean.ts';
import { InputError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';

/** What a key may do. */
export interface GatewayGrants {
  /** Keys of operations, with `*` for any text, or `category:KEY`; all operations when left out. */
  operations?: string[];
  /** Only what reads. */
  readOnly: boolean;
  /** Destructive actions need no confirmation in each request. */
  allowDestructive: boolean;
  /** Requests per minute. */
  perMinute: number;
}

/** What of an operation decides who may use it. */
export type GrantedOperation = { key: string; category?: string };

/** Stands for no operation: for a key that reads metrics only. */
const NONE = 'none';

/** Whether a key may use an operation at all. */
export const mayUse = ({ operations }: GatewayGrants, operation: GrantedOperation): boolean =>
  operations === undefined || operations.some((pattern) => matches(pattern, operation));

function matches(pattern: string, { key, category }: GrantedOperation): boolean {
  if (pattern.startsWith('category:')) return category === pattern.slice('category:'.length);
  // Written by hand: `*` alone needs no library.
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^\w]/g, ''));
  return new RegExp(`^${parts.join('.*')}$`).test(key);
}

/** Every operation of the connector that this pattern names. @throws InputError when there is none. */
export function assertGrants(operations: readonly string[], { actions, triggers }: Manifest): void {
  const all: GrantedOperation[] = [...actions, ...triggers];
  for (const pattern of operations) {
    if (pattern === NONE || all.some((operation) => matches(pattern, operation))) continue;
    const near = didYouMean(
      pattern,
      all.map(({ key }) => key),
    );
    throw new InputError(`No operation is named ${pattern}${near}`, {
      hint: 'Write keys like get_user, patterns like list_*, or category:KEY ("okta-connector actions").',
    });
  }
}
