import type { ZodError } from 'zod';

/** Says in one line each what is wrong and where: `profile.email: must be …`. Values are never repeated. */
export function describeIssues(error: ZodError): string[] {
  return error.issues.map((issue) => {
    const where = issue.path.map(String).join('.');
    return where ? `${where}: ${issue.message}` : issue.message;
  });
}
