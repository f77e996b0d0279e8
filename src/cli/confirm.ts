import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { OktaError } from '../errors/errors.ts';
import { MASK, redact, secretsIn } from '../errors/redact.ts';
import { parseJson } from '../text/json.ts';
import { UsageError } from './usage.ts';

/**
 * Asks on the terminal before something is removed.
 * @param what what would be removed, as a sentence.
 * @throws UsageError with the command to type without a terminal; OktaError `aborted` for any answer but y or yes.
 */
export async function confirm(key: string, what: string): Promise<void> {
  if (!canAsk()) throw needsYes(what);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `${what} Go on? [y/N] `;
  // Ctrl-C and Ctrl-D close the readline interface, and its question then never resolves.
  const closed = once(terminal, 'close').then(() => '');
  const answer = await Promise.race([terminal.question(question).catch(() => ''), closed]);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new OktaError(`${key} was not run`, {
      code: 'aborted',
      actor: 'caller',
      hint: 'Answer y, or give --yes.',
    });
  }
}

/**
 * The question goes to stderr, so stdout may be a pipe. Some CI systems attach a terminal that nobody watches, and input
 * typed on stdin has already ended it.
 */
function canAsk(): boolean {
  const { stdin, stderr, env } = process;
  return (
    stdin.isTTY && stderr.isTTY && !stdin.readableEnded && ['', '0', 'false', undefined].includes(env.CI)
  );
}

/** Says that --yes is needed, and what to type. @param more further arguments of that command. */
export const needsYes = (what: string, more: readonly string[] = []): UsageError =>
  new UsageError(`${what} There is no terminal to confirm it on, so --yes is needed`, {
    hint: `If intended: ${commandWithYes([...process.argv.slice(2), ...more])}`,
  });

/** A command line to paste into a shell, with secrets in the input masked. */
export const commandOf = (args: readonly string[]): string =>
  ['okta-connector', ...args.map(withoutSecrets)].map(quoted).join(' ');

/** The same with --yes. */
export const commandWithYes = (args: readonly string[]): string => commandOf([...args, '--yes']);

function withoutSecrets(arg: string): string {
  const [, path, value = ''] = /^([\w.]+)=(.*)$/s.exec(arg) ?? [];
  if (path !== undefined) {
    const nested = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), 'x');
    return secretsIn(nested).length > 0 ? `${path}=${MASK}` : `${path}=${withoutSecrets(value)}`;
  }
  const [, flag = '', text = ''] = /^(--input=)?(.*)$/s.exec(arg) ?? [];
  try {
    const input = parseJson(text, 'It', UsageError);
    if (typeof input !== 'object') return arg;
    return flag + redact(JSON.stringify(input), secretsIn(input));
  } catch {
    return arg;
  }
}

const quoted = (arg: string) =>
  /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
