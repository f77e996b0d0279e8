/** A text as a string of JavaScript in single quotes, whatever it contains. */
export const quoted = (text: string | undefined): string =>
  `'${JSON.stringify(text ?? '')
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")}'`;
