/**
 * Sources give what they have: spreadsheets and CSV numbers where Okta has texts, forms and URLs texts for numbers. What
 * fits no better stays as it is, and the check of the input says so.
 */
export function asScalar(kind: string | undefined, value: unknown): unknown {
  if (kind === 'string') return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : value;
  if (typeof value !== 'string' || (kind !== 'number' && kind !== 'integer')) return value;
  const text = value.trim();
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : value;
}
