import { CAUSE_CODES, causeRow } from '../src/sso/diagnosis/causes.ts';
import { code, table } from './markdown.ts';

const MARKED = /(<!-- causes -->\n).*?(\n<!-- \/causes -->)/s;

/** Updates the table of causes of sign-ins that do not work between its markers in a page. */
export const withCauses = (page: string): string =>
  page.replace(MARKED, (_, before: string, after: string) => `${before}${causesTable()}${after}`);

function causesTable(): string {
  const rows = CAUSE_CODES.map((name) => {
    const { cause, fix, who } = causeRow(name);
    return [code(name), cause, fix, code(who)];
  });
  return table(['code', 'cause', 'what to do', 'who'], rows);
}
