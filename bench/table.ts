/** Tables of figures; the first row is the head, the first and the last column are words. */
export const number = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const isWords = (row: string[], at: number) => at === 0 || at === row.length - 1;

/** For the terminal. */
export function aligned(rows: string[][]): string {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const padded = (row: string[]) =>
    row.map((cell, at) => (isWords(row, at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)));
  return rows.map((row) => padded(row).join('  ').trimEnd()).join('\n');
}

export function markdownTable([head = [], ...rows]: string[][]): string {
  const line = (row: string[]) => `| ${row.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, at) => (isWords(head, at) ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n');
}
