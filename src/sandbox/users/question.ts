import { invalid } from '../errors.ts';
import { isObject } from '../json.ts';
import type { User } from './user.ts';

const minimumAnswer = 4;

/** The recovery question set by a request; undefined when there is none. */
export function readQuestion(value: unknown): User['question'] {
  if (!isObject(value)) return undefined;
  const { question, answer } = value;
  if (typeof question !== 'string' || question === '' || question.length > 100)
    throw invalid('recovery_question', 'recovery_question: 1 to 100 characters are expected');
  if (typeof answer !== 'string' || answer.length < minimumAnswer || answer.length > 100)
    throw invalid('recovery_question', `answer: ${minimumAnswer} to 100 characters are expected`);
  return { question, answer };
}
