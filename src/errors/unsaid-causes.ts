import type { OktaError } from './errors.ts';

/** The causes a host must add because the message does not contain them. Messages of Okta's answers do. */
export const unsaidCauses = ({ message, causes }: Pick<OktaError, 'message' | 'causes'>): string[] =>
  causes.filter((cause) => !message.includes(cause.replace(/…$/, '')));
