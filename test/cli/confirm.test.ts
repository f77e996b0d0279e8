import { describe, expect, it } from 'vitest';
import { commandWithYes } from '../../src/cli/confirm.ts';

describe('F1.12 the command to type', () => {
  it('is what was typed, quoted for a shell, with --yes', () => {
    expect(commandWithYes(['bulk', 'delete_user', '--input', 'my leavers.csv', '--max-errors', '5%'])).toBe(
      "okta-connector bulk delete_user --input 'my leavers.csv' --max-errors 5% --yes",
    );
    expect(commandWithYes(['run', 'delete_user', '--input', '{"userId":"o\'neil@acme.test"}'])).toBe(
      String.raw`okta-connector run delete_user --input '{"userId":"o'\''neil@acme.test"}' --yes`,
    );
    expect(commandWithYes(['run', 'delete_user', '--input', '@$(reboot).json', '--log', ''])).toBe(
      "okta-connector run delete_user --input '@$(reboot).json' --log '' --yes",
    );
  });

  const input = {
    userId: 'ana@acme.test',
    credentials: {
      password: { value: "it's s3cr3t" },
      recovery_question: { question: 'Car?', answer: 'VW' },
    },
  };
  const masked = {
    userId: 'ana@acme.test',
    credentials: {
      password: { value: '[redacted]' },
      recovery_question: { question: 'Car?', answer: '[redacted]' },
    },
  };

  it.each([
    ['as it is', (json: string) => ['--input', json]],
    ['with =', (json: string) => [`--input=${json}`]],
    ['with spaces around it', (json: string) => ['--input', ` ${json}\n`]],
    ['with a byte order mark', (json: string) => ['--input', `\uFEFF${json}`]],
    ['with escapes', (json: string) => ['--input', json.replace('s3', String.raw`\u0073\u0033`)]],
  ])('masks the secrets of an input %s', (_, args) => {
    const command = commandWithYes(['run', 'update_user', ...args(JSON.stringify(input))]);
    expect(command).not.toMatch(/s3cr3t|s\\u|VW/);
    expect(JSON.parse(/\{.*\}/s.exec(command)?.[0] ?? '')).toEqual(masked);
  });
});
