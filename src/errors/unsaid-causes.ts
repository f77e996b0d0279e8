import type { OktaError } from './errors.ts';

/** The causes that the message does not name already: what a host adds to it. Messages of Okta's answers have theirs. */
export const unsaidCauses = ({ message, causes }: Pick<OktaError, 'message' | 'causes'>): string[] =>
  causes.filter((cause) => !message.includes(cause.replace(/…$/, '')));
