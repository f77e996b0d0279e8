import type { Manifest } from '../../manifest/manifest.ts';
import type { RawSchema } from '../../manifest/shared-schemas.ts';
import { isRecord } from '../../schema/record.ts';

/** Name of the hidden parameter by which n8n's editor finds the schema of an event. */
export const SCHEMA_OF = 'operation';

/**
 * A schema as n8n's editor reads it: one type each, by its name, and no alternatives. Of several forms the first that is not
 * null counts; only what the editor shows is kept.
 */
export function editorSchema(schema: unknown): RawSchema {
  if (!isRecord(schema)) return {};
  const forms = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (forms) return editorSchema(forms.find((one) => isRecord(one) && one.type !== 'null'));
  const type = typeOf(schema);
  if (type === 'array') {
    const items = editorSchema(schema.items);
    return Object.keys(items).length > 0 ? { type, items } : { type };
  }
  if (type !== 'object') return type === undefined ? {} : { type };
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const shown = Object.entries(properties).map(([name, one]) => [name, editorSchema(one)]);
  return { type, properties: Object.fromEntries(shown) };
}

/** Where a value may be a text as well, Okta mostly writes one. */
function typeOf({ type, properties }: RawSchema): unknown {
  if (Array.isArray(type)) return type.includes('string') ? 'string' : type.find((one) => one !== 'null');
  return type ?? (properties ? 'object' : undefined);
}

/**
 * What the editor shows of a trigger's items before it has any, keyed by path in the package: n8n looks beside a node, by the
 * node's version and the value of its `operation`.
 */
export function triggerSchemas(
  node: string,
  triggers: readonly Manifest['triggers'][number][],
): Record<string, string> {
  const all = triggers.map(({ key, output }) => [
    `nodes/${node}/__schema__/v1.0.0/${key}.json`,
    `${JSON.stringify(editorSchema(output))}\n`,
  ]);
  return Object.fromEntries(all);
}

/** The hidden parameters that have an event as the name of its schema. n8n does not save a value that is the default. */
export const schemaParameters = (triggers: readonly Manifest['triggers'][number][]) =>
  triggers.map(({ key }) => ({
    ...{ displayName: 'Operation', name: SCHEMA_OF, type: 'hidden', noDataExpression: true },
    displayOptions: { show: { event: [key] } },
    default: key,
  }));
