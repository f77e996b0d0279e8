import type { ZodError } from 'zod';

/** One line per problem, with its path: `profile.email: must be …`. Values are never repeated. */
export function describeIssues(error: ZodError): string[] {
  return error.issues.map((issue) => {
    const where = issue.path.map(String).join('.');
    return where ? `${where}: ${plainly(issue)}` : issue.message;
  });
}

/** The most common problems, in words that need no knowledge of types. */
function plainly(issue: ZodError['issues'][number]): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is required';
  if (issue.code === 'too_small' && issue.minimum === 1 && /^(string|array)$/.test(issue.origin)) {
    return 'must not be empty';
  }
  if (issue.code === 'invalid_format' && issue.format === 'datetime') {
    return 'must be a time like 2026-02-01T00:00:00Z';
  }
  return issue.message;
}
