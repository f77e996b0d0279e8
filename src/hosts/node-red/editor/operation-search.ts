import type { NodeOperation, NodeType } from '../node-types.ts';

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** What is searched in: what the operation is called, what it is about, and the node that has it. */
const wordsAbout = ({ label }: NodeType, { title, noun }: NodeOperation): string[] =>
  wordsOf(`${title} ${noun} ${label}`);

/** Operations of a node that what was typed describes, in any order and with words that are not finished; none for nothing. */
export function operationsFor(typed: string, type: NodeType): NodeOperation[] {
  const wanted = wordsOf(typed);
  if (wanted.length === 0) return [];
  return type.operations.filter((operation) => {
    const words = wordsAbout(type, operation);
    return wanted.every((one) => words.some((word) => word.startsWith(one)));
  });
}

/** The operation that was typed; undefined if several could be meant. */
export function operationFor(typed: string, type: NodeType): NodeOperation | undefined {
  const found = operationsFor(typed, type);
  const phrase = wordsOf(typed).join(' ');
  const exact = found.find(({ title }) => wordsOf(title).join(' ') === phrase);
  return exact ?? (found.length === 1 ? found[0] : undefined);
}
