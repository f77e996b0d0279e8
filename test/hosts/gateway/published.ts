import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Json, nullableAsType, openApiOf, operationsIn, swaggerOf } from './described.ts';

/** What is wrong with an answer of a route; empty when it is as published, undefined when nothing is published for it. */
export type AnswerCheck = (
  method: string,
  path: string,
  status: number,
  answer: unknown,
) => string | undefined;

interface Published {
  methods: string;
  pattern: RegExp;
  statuses: Record<string, string>;
}

/** Checks answers against the schemas of a document, each compiled when it is first needed. */
function checkOf(document: Json, kind: 'openapi' | 'swagger'): AnswerCheck {
  const ajv = kind === 'openapi' ? new Ajv2020({ strict: false }) : new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema((kind === 'openapi' ? document : nullableAsType(document)) as object, 'doc');
  const pointer = (parts: string[]) =>
    parts.map((one) => `/${encodeURIComponent(one.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
  const published = operationsIn(document).map(({ method, path, responses }): Published => {
    const entries = Object.entries(responses).flatMap(([status, one]) => {
      const within = one.content ? ['content', 'application/json', 'schema'] : ['schema'];
      const has = one.content ?? one.schema;
      return has ? [[status, pointer(['paths', path, method, 'responses', status, ...within])] as const] : [];
    });
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return { methods: method.toUpperCase(), pattern, statuses: Object.fromEntries(entries) };
  });
  return (method, path, status, answer) => {
    const [bare = ''] = path.split('?');
    const at = published.find(({ methods, pattern }) => methods === method && pattern.test(bare))?.statuses[
      status
    ];
    if (at === undefined) return undefined;
    const validate = ajv.getSchema(`doc#${at}`);
    if (!validate) return `no schema at ${at}`;
    return validate(answer) ? '' : ajv.errorsText(validate.errors);
  };
}

/** Checks answers against both documents: those for programs, and those for Power Automate. */
export function publishedAnswers(): AnswerCheck {
  const checks = [checkOf(openApiOf(), 'openapi'), checkOf(swaggerOf(), 'swagger')];
  return (...asked) => {
    const found = checks.map((check) => check(...asked)).filter((one) => one !== undefined);
    return found.length === 0 ? undefined : found.join('');
  };
}

/** What an operation of Swagger publishes of what it posts to a URL, as a check. */
export function publishedNotification(path: string): (message: unknown) => string {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(nullableAsType(swaggerOf()) as object, 'doc');
  const at = encodeURIComponent(path.replaceAll('/', '~1'));
  const validate = ajv.getSchema(`doc#/paths/${at}/x-ms-notification-content/schema`);
  return (message) => (validate?.(message) ? '' : ajv.errorsText(validate?.errors));
}
