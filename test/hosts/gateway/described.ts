import { openApi } from '../../../src/hosts/gateway/describe/openapi.ts';
import type { DescriptionScope } from '../../../src/hosts/gateway/describe/scope.ts';
import { swagger } from '../../../src/hosts/gateway/describe/swagger.ts';
import { manifest } from '../../../src/manifest/manifest.ts';

export type Json = Record<string, unknown>;

export interface DescribedOperation {
  method: string;
  path: string;
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters: Json[];
  requestBody?: { content: { 'application/json': { schema: Json } } };
  responses: Record<string, { schema?: Json; content?: { 'application/json': { schema: Json } } }>;
  [extension: `x-${string}`]: unknown;
}

const baseUrl = 'https://okta.acme.example';

export const openApiOf = (scope: DescriptionScope = {}): Json =>
  openApi({ manifest: manifest(), baseUrl, scope });
export const swaggerOf = (scope: DescriptionScope = {}): Json =>
  swagger({ manifest: manifest(), baseUrl, scope });

/** Every operation of a document, with its method and its path. */
export const operationsIn = (document: Json): DescribedOperation[] =>
  Object.entries(document.paths as Record<string, Record<string, DescribedOperation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).flatMap(([method, one]) =>
        method.startsWith('x-') ? [] : [{ ...one, parameters: one.parameters ?? [], method, path }],
      ),
  );

/** Every schema in a document or schema that has a keyword, with where it is. */
export function nodesIn(node: unknown, path: string[] = []): { path: string; node: Json }[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = Array.isArray(node) ? [] : [{ path: path.join('.'), node: node as Json }];
  return [...own, ...Object.entries(node).flatMap(([name, one]) => nodesIn(one, [...path, name]))];
}

/** A schema of Swagger 2 as JSON Schema, so that a validator understands `x-nullable`. */
export function nullableAsType(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(nullableAsType);
  if (typeof node !== 'object' || node === null) return node;
  const { 'x-nullable': nullable, example: _, ...rest } = node as Json;
  const plain = Object.fromEntries(
    Object.entries(rest).map(([name, one]) => [name, nullableAsType(one)]),
  ) as Json;
  return nullable === true ? { anyOf: [plain, { type: 'null' }] } : plain;
}
