import { oktaError } from '../errors.ts';
import { type Attribute, compileFilter, type Dialect, type Predicate } from '../filter/compile.ts';
import { type Expression, FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import type { Json } from '../json.ts';

const every: Attribute<Json>['operators'] = new Set([
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'sw',
  'co',
  'ew',
  'pr',
]);
const costly = new Set(['debugContext.debugData.url', 'debugContext.debugData.requestUri']);
const roots = new Set([
  'actor',
  'authenticationContext',
  'client',
  'debugContext',
  'displayMessage',
  'eventType',
  'legacyEventType',
  'outcome',
  'request',
  'securityContext',
  'severity',
  'target',
  'transaction',
  'uuid',
  'version',
]);

const dialect: Dialect<Json> = {
  negation: true,
  caseSensitive: false,
  attribute(path) {
    const steps = path.split('.');
    if (!roots.has(steps[0] as string)) return undefined;
    return { read: (event) => walk(event, steps), operators: every };
  },
};

/** The predicate for `filter` and `q` of the System Log. */
export function logPredicate(filter: string | null, q: string | null): Predicate<Json> {
  const tests = [filterTest(filter), keywordTest(q)];
  return (event) => tests.every((test) => test(event));
}

function filterTest(filter: string | null): Predicate<Json> {
  if (!filter) return () => true;
  try {
    const expression = parseFilter(filter);
    if (searchesCostly(expression)) throw oktaError('E0000031');
    return compileFilter(expression, dialect);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000053', '', [`filter: ${error.message}`]);
    throw error;
  }
}

function searchesCostly(expression: Expression): boolean {
  if (expression.kind === 'compare') return expression.operator === 'co' && costly.has(expression.path);
  if (expression.kind === 'not') return searchesCostly(expression.operand);
  if (expression.kind === 'present') return false;
  return searchesCostly(expression.left) || searchesCostly(expression.right);
}

function keywordTest(q: string | null): Predicate<Json> {
  const keywords = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (keywords.length > 10 || keywords.some((keyword) => keyword.length > 40))
    throw oktaError('E0000053', '', ['q: at most 10 keywords of at most 40 characters']);
  if (keywords.length === 0) return () => true;
  return (event) => {
    const text = JSON.stringify(event).toLowerCase();
    return keywords.every((keyword) => text.includes(keyword));
  };
}

/** The value at a dotted path; for an array, the values in each of its items. */
function walk(value: unknown, steps: string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.flatMap((item) => walk(item, steps));
  if (typeof value !== 'object' || value === null) return undefined;
  return walk((value as Json)[step], rest);
}
