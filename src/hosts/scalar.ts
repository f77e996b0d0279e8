/**
 * Converts between strings, numbers and booleans: spreadsheets supply numbers where Okta expects strings, forms and URLs supply
 * strings for numbers. A value that cannot be converted is unchanged, so that input validation reports it.
 */
export function asScalar(kind: string | undefined, value: unknown): unknown {
  if (kind === 'string') return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : value;
  if (typeof value !== 'string' || (kind !== 'number' && kind !== 'integer')) return value;
  const text = value.trim();
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : value;
}
