import { redact } from '../../errors/redact.ts';

const LONGEST = 300;

/** A text as evidence: without credentials, those given among them, in one line, cut. */
export function excerptOf(text: string, secrets: readonly string[]): string {
  const line = redact(text, secrets)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
