import type { ZodError, z } from 'zod';
import { didYouMean } from './did-you-mean.ts';

/**
 * One line per problem, with its path: `profile.email: must be …`. Values are never repeated.
 * @param schema what was parsed: a mistyped name of a member is then answered with the nearest one.
 */
export function describeIssues(error: ZodError, schema?: z.ZodType): string[] {
  return error.issues.map((issue) => {
    const where = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys' && schema)
      return unknownKeys(issue.keys, where, issue.path, schema);
    return where ? `${where}: ${plainly(issue)}` : issue.message;
  });
}

function unknownKeys(keys: string[], where: string, path: PropertyKey[], schema: z.ZodType): string {
  const known = path.reduce<z.ZodType[]>((at, name) => at.flatMap((one) => memberOf(one, name)), [schema]);
  const names = known.flatMap((one) => Object.keys(shapeOf(one) ?? {}));
  const told = keys.map((key) => `"${key}"${didYouMean(key, names)}`).join(', ');
  return `${where ? `${where}: ` : ''}Unrecognized key${keys.length > 1 ? 's' : ''}: ${told}`;
}

interface Definition {
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
}

/** The members of an object, through whatever makes it optional, nullable or transformed. */
function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  const { shape, innerType, in: from, options = [] } = schema.def as Definition;
  const inner = [innerType ?? from ?? [], options].flat();
  return shape ?? inner.map(shapeOf).find((one) => one !== undefined);
}

function memberOf(schema: z.ZodType, name: PropertyKey): z.ZodType[] {
  const { innerType, in: from, element, valueType } = schema.def as Definition;
  const inner = innerType ?? from;
  const member = element ?? valueType ?? shapeOf(schema)?.[String(name)] ?? (inner && memberOf(inner, name));
  return [member ?? []].flat();
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
