import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssues } from '../../src/errors/issues.ts';

it('says where and what, one line each, and never the value', () => {
  const schema = z.strictObject({
    profile: z.object({ email: z.email() }),
    groupIds: z.array(z.string()),
    on: z.boolean(),
  });
  const parsed = schema.safeParse({
    profile: { email: 's3cr3t' },
    groupIds: ['a', 7],
    on: 's3cr3t',
    extra: 's3cr3t',
  });
  const lines = describeIssues(parsed.error as z.ZodError);
  expect(lines).toEqual([
    expect.stringMatching(/^profile\.email: /),
    expect.stringMatching(/^groupIds\.1: /),
    expect.stringMatching(/^on: /),
    expect.stringMatching(/^Unrecognized key: "extra"/),
  ]);
  expect(lines.join()).not.toContain('s3cr3t');
});

it('says in plain words what is left out, empty or no time', () => {
  const schema = z.strictObject({
    userId: z.string(),
    name: z.string().min(1),
    scopes: z.array(z.string()).min(1),
    limit: z.int().min(1),
    since: z.iso.datetime({ offset: true }),
  });
  const given = { name: '', scopes: [], limit: 0, since: '2026-02-01' };
  expect(describeIssues(schema.safeParse(given).error as z.ZodError)).toEqual([
    'userId: is required',
    'name: must not be empty',
    'scopes: must not be empty',
    expect.stringMatching(/^limit: .*>=1/),
    'since: must be a time like 2026-02-01T00:00:00Z',
  ]);
});
