import { oktaError } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { appById } from './apps.ts';

export const logoEndpoints: Endpoint[] = [
  {
    ...{ method: 'POST', path: '/api/v1/apps/:appId/logo', scope: 'okta.apps.manage' },
    takes: ['multipart/form-data'],
    handle: upload,
  },
];

/** Accepts a picture, and keeps showing the old one: nothing here looks at logos. */
function upload(call: Call): Answer {
  const { id } = appById(call);
  if (typeof call.body !== 'string') throw oktaError('E0000021');
  return { status: 201, headers: { Location: `${call.origin}/fs/bco/4/fs0${id.slice(3)}` } };
}
