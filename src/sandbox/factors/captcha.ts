import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** The captchas of the org. */
export const captchaKind = defineKind({
  path: '/api/v1/captchas',
  param: 'captchaId',
  prefix: 'cap',
  type: 'CAPTCHAInstance',
  scope: 'okta.captchas',
  serves: ['list', 'read', 'create', 'replace', 'update', 'delete'],
  created: 201,
  view(call, captcha) {
    const { created, lastUpdated, secretKey, ...members } = plainView(call, captchaKind, captcha);
    return members;
  },
  events: {
    create: 'system.captcha.create',
    update: 'system.captcha.update',
    delete: 'system.captcha.delete',
  },
});
