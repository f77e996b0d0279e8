import type { InputError, OktaErrorOptions } from '../errors/errors.ts';

type Fail = new (message: string, options: Partial<OktaErrorOptions>) => InputError;

/** Parses hand-written JSON; the error names the source and never repeats the text. */
export function parseJson(
  text: string,
  source: string,
  Fail: Fail,
  options: Partial<OktaErrorOptions> = {},
): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const where = /position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    throw new Fail(`${source} is not valid JSON${where ? ` at ${where}` : ''}`, {
      hint: 'Check quotes and commas.',
      ...options,
    });
  }
}
