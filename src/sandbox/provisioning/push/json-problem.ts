/**
 * Why a text is no JSON, in the words of the parser that Okta shows to its admins; undefined if it is JSON.
 * Its columns count from 1 and name the place after what it could not read.
 */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const [token] = /^[\w$]+/.exec(text.trimStart()) ?? [];
    const start = text.length - text.trimStart().length;
    if (token !== undefined && !literals.has(token) && !/^\d+$/.test(token))
      return `Invalid JSON: Unrecognized token '${token}': was expecting (${expected}) at ${place(text, start + token.length)}`;
    const first = text.trimStart()[0] ?? '';
    if (first === '' || '{["'.includes(first))
      return `Invalid JSON: Unexpected end-of-input or character at ${place(text, text.length)}`;
    const code = first.charCodeAt(0);
    return `Invalid JSON: Unexpected character ('${first}' (code ${code})): expected a valid value (${expected}) at ${place(text, start + 1)}`;
  }
}

const literals = new Set(['true', 'false', 'null']);
const expected = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

function place(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `[Source: the answer; line: ${lines.length}, column: ${(lines.at(-1)?.length ?? 0) + 1}]`;
}
