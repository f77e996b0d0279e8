import type { Writable } from 'node:stream';
import { OktaError } from '../../errors/errors.ts';
import type { Change } from '../change.ts';
import type { Target } from './target.ts';

/** Writes text completely. @throws OktaError when it cannot. */
export type WriteText = (text: string, signal?: AbortSignal) => Promise<void>;

const BATCH = 1_000;

/**
 * One change a line, as JSON. A batch that comes again after a kill is written again, with the same ids.
 * @param output a stream, or what writes to one; default: stdout.
 */
export function ndjsonTarget(output: Writable | WriteText = process.stdout): Target {
  const write = typeof output === 'function' ? output : writeTo(output);
  return {
    batch: BATCH,
    async apply(changes, signal) {
      signal?.throwIfAborted();
      await write(changes.map(lineOf).join(''), signal);
      return [];
    },
  };
}

/** JSON.stringify leaves U+007F-U+009F unescaped; a name containing them could move the cursor of a terminal. */
const lineOf = (change: Change): string =>
  `${JSON.stringify(change).replace(/[\x7f-\x9f]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)}\n`;

/** Resolves once the stream has handed the text on, so that a slow reader slows the run down. */
function writeTo(stream: Writable): WriteText {
  // Each write reports its own failure; without a listener Node would end the process.
  stream.on('error', () => {});
  return (text) =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(unwritable(error)) : resolve()));
    });
}

const unwritable = ({ code }: NodeJS.ErrnoException) =>
  new OktaError(`The changes cannot be written (${code ?? 'unknown reason'})`, {
    code: 'internal_error',
    actor: 'caller',
    hint: 'The reading program may have ended, or the disk is full. The changes are told again in the next run.',
  });
