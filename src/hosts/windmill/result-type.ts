import { isRecord } from '../../schema/record.ts';

/** What a JSON Schema describes, as a type of TypeScript. What it says nothing about is unknown. */
export function typeOfSchema(schema: unknown): string {
  if (!isRecord(schema)) return 'unknown';
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map((one) => JSON.stringify(one)));
  const forms = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (forms) return union(forms.map(typeOfSchema));
  const types = [schema.type ?? (schema.properties ? 'object' : undefined)].flat();
  return union(types.map((type) => typeNamed(type, schema)));
}

function typeNamed(type: unknown, schema: Record<string, unknown>): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `Array<${typeOfSchema(schema.items)}>`;
    case 'object':
      return objectOf(schema);
    default:
      return 'unknown';
  }
}

function objectOf({ properties, required }: Record<string, unknown>): string {
  const members = Object.entries(isRecord(properties) ? properties : {}).map(([name, one]) => {
    const isThere = Array.isArray(required) && required.includes(name);
    const key = /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name);
    return `${key}${isThere ? '' : '?'}: ${typeOfSchema(one)}`;
  });
  return members.length > 0 ? `{ ${members.join('; ')} }` : 'Record<string, unknown>';
}

/** Unknown takes up everything else. */
function union(types: readonly string[]): string {
  const all = [...new Set(types)];
  return all.length === 0 || all.includes('unknown') ? 'unknown' : all.join(' | ');
}
