import type { IDataObject, IExecuteFunctions, INodeParameterResourceLocator } from 'n8n-workflow';
import { InputError } from '../../../errors/errors.ts';
import { type HostField, nest } from '../../fields.ts';
import { asScalar } from '../../scalar.ts';
import { ADDITIONAL, CLEAR, isMain, parameterOf, ROWS } from '../names.ts';

/** The source of a form's values; n8n's contexts differ in how they take the item index. */
export interface FormValues {
  get(name: string): unknown;
  /** The part of the item from which automatic mapping takes attributes. */
  item?: IDataObject;
  /** IANA time zone name; applies to dates without a zone. */
  timezone: string;
}

/** The form of one item of an action. */
export const formOfItem = (context: IExecuteFunctions, index: number, item: IDataObject): FormValues => ({
  get: (name) => context.getNodeParameter(name, index, null),
  item,
  timezone: context.getTimezone(),
});

/** The form of a trigger. */
export const formOfTrigger = (context: {
  getNodeParameter(name: string, fallback?: unknown): unknown;
  getTimezone(): string;
}): FormValues => ({ get: (name) => context.getNodeParameter(name, null), timezone: context.getTimezone() });

/**
 * Builds the input of an operation from a node's form. Empty fields are omitted, so that Okta keeps its values.
 * @throws InputError for invalid JSON.
 */
export function inputOf(fields: readonly HostField[], form: FormValues): Record<string, unknown> {
  const additional = (form.get(ADDITIONAL) ?? {}) as Record<string, unknown>;
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const name = parameterOf(field);
    const given = isMain(field) ? form.get(name) : additional[name];
    const value = fieldValue(field, given, form);
    if (value !== undefined) values[field.name] = value;
  }
  for (const { name } of fields.filter(({ kind }) => kind === 'attributes')) {
    const cleared = listOf(additional[CLEAR] ?? []);
    if (cleared.length === 0) continue;
    const nulls = Object.fromEntries(cleared.map((attribute) => [String(attribute), null]));
    values[name] = { ...(values[name] as object | undefined), ...nulls };
  }
  return nest(values);
}

function fieldValue(field: HostField, given: unknown, form: FormValues): unknown {
  if (given === undefined || given === null || given === '') return undefined;
  switch (field.kind) {
    case 'attributes':
      return attributesOf(parameterOf(field), given as MapperValue, form);
    case 'json':
      return jsonOf(field, given);
    case 'rows':
      return rowsOf(field, given as Rows, form);
    case 'list':
    case 'multi_enum': {
      const list = listOf(given);
      // n8n asks for a required list, so an empty one is what an expression says.
      const isMeant = field.required && Array.isArray(given) && given.length === 0;
      return list.length > 0 || isMeant ? list : undefined;
    }
    case 'date_time':
      return isoOf(given, form.timezone);
    default:
      return asKind(field.kind, isLocator(given) ? given.value || undefined : given);
  }
}

/** Converts the result of an expression to the type of the field. */
export function asKind(kind: string | undefined, value: unknown): unknown {
  if (kind !== 'boolean' || typeof value !== 'string') return asScalar(kind, value);
  const text = value.trim();
  return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : value;
}

type Rows = { [ROWS]?: Record<string, unknown>[] };

function rowsOf(
  { members = [] }: HostField,
  { [ROWS]: rows = [] }: Rows,
  form: FormValues,
): unknown[] | undefined {
  const filled = rows.map((row) =>
    nest(Object.fromEntries(members.map((one) => [one.name, fieldValue(one, row[parameterOf(one)], form)]))),
  );
  return filled.length > 0 ? filled : undefined;
}

const isLocator = (value: unknown): value is INodeParameterResourceLocator =>
  typeof value === 'object' && value !== null && '__rl' in value;

/**
 * A list of strings: an array, a JSON array, or comma-separated text, which expressions often produce. Empty entries, which
 * expressions yield for missing values, are dropped; objects are kept, so that input validation reports them.
 */
function listOf(given: unknown): unknown[] {
  const texts = (all: unknown[]) =>
    all
      .filter((one) => one !== null && one !== undefined && one !== '')
      .map((one) => (typeof one === 'object' ? one : String(one)));
  if (Array.isArray(given)) return texts(given);
  const text = String(given);
  if (!text.startsWith('[')) return texts(text.split(',').map((one) => one.trim()));
  const parsed = parsedOr(text);
  return Array.isArray(parsed) ? texts(parsed) : [text];
}

function jsonOf(field: HostField, given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const parsed = parsedOr(given);
  if (parsed !== undefined) return parsed;
  throw new InputError(`${field.title} is not valid JSON`, {
    hint:
      field.example === undefined
        ? 'Check quotes, commas and brackets.'
        : `For example ${JSON.stringify(field.example)}`,
  });
}

/** Parses JSON; undefined for text that is not JSON. */
export function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface MapperValue {
  mappingMode?: string;
  value?: IDataObject | null;
  schema?: { id: string; type?: string }[];
}

/** n8n's mapper returns null or an empty string for fields that were not filled in. */
function attributesOf(name: string, { mappingMode, value, schema }: MapperValue, form: FormValues): unknown {
  const known = new Map((schema ?? []).map(({ id, type }) => [id, type]));
  const { item = {} } = form;
  const source =
    mappingMode === 'autoMapInputData'
      ? Object.fromEntries(Object.entries(item).filter(([one]) => known.size === 0 || known.has(one)))
      : // n8n validates and converts the types of values read through this path.
        ((value && form.get(`${name}.value`)) ?? {});
  const filled = Object.entries(source).filter(([, one]) => one !== null && one !== undefined && one !== '');
  return filled.length > 0
    ? Object.fromEntries(filled.map(([id, one]) => [id, asKind(known.get(id), one)]))
    : undefined;
}

const HAS_ZONE = /(Z|[+-]\d\d:?\d\d)$/;

/** Converts a date from n8n to UTC for Okta. A date without a zone is in the workflow's time zone. */
export function isoOf(given: unknown, timezone: string): string {
  const text =
    given instanceof Date
      ? given.toISOString()
      : typeof given === 'object' && given !== null && 'toISO' in given
        ? String((given as { toISO(): string }).toISO())
        : String(given)
            .trim()
            // The format of databases and spreadsheets.
            .replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')
            .replace(/ (?=[+-]\d\d:?\d\d$)/, '');
  const utc = Date.parse(HAS_ZONE.test(text) ? text : `${text.includes('T') ? text : `${text}T00:00:00`}Z`);
  if (Number.isNaN(utc)) return text;
  if (HAS_ZONE.test(text)) return new Date(utc).toISOString();
  // Applied twice: around a clock change, the offset at the result can differ from the offset at the guess.
  const first = utc - offsetAt(utc, timezone);
  return new Date(utc - offsetAt(first, timezone)).toISOString();
}

/** Offset of a zone from UTC in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(time);
  const at = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    ...([at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second')] as const),
  );
  return shown - Math.floor(time / 1000) * 1000;
}
