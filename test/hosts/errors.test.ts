import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/errors.ts';
import { hintOf, plainError } from '../../src/hosts/errors.ts';

/** Texts of the core that name its command line, as they stand in the source. */
function commandsInHints(): string[] {
  const root = join(import.meta.dirname, '../../src');
  return (readdirSync(root, { recursive: true }) as string[])
    .filter((path) => path.endsWith('.ts') && !/^(cli|sandbox|hosts|bulk|export)\//.test(path))
    .flatMap((path) => readFileSync(join(root, path), 'utf8').split('\n'))
    .filter((line) => line.includes('"okta-connector '));
}

describe('errors in hosts', () => {
  it('no hint names the command line', () => {
    const hints = commandsInHints();
    expect(hints.length).toBeGreaterThan(5);
    expect(hints.map((hint) => hintOf({ hint })).filter((text) => text?.includes('okta-connector'))).toEqual(
      [],
    );
  });

  it('a hint still reads as a sentence', () => {
    expect(hintOf({ hint: 'Correct the fields ("okta-connector describe create_user").' })).toBe(
      'Correct the fields.',
    );
    expect(hintOf({})).toBeUndefined();
  });

  it('plain data has what the error tells, and nothing empty', () => {
    const error = new InputError('No', { hint: 'Sign in ("okta-connector login").', causes: ['one'] });
    expect(Object.entries(plainError(error))).toEqual([
      ['name', 'InputError'],
      ['message', 'No'],
      ['code', 'invalid_input'],
      ['actor', 'caller'],
      ['hint', 'Sign in.'],
      ['retryable', false],
      ['causes', ['one']],
    ]);
  });
});
