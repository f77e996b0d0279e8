import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent } from '../http.ts';
import type { Json } from '../json.ts';
import { found, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { brandOf, link } from './brands.ts';

const variants = ['signInPage', 'endUserDashboard', 'errorPage', 'emailTemplate', 'loadingPage'];
const usual = {
  primaryColorHex: '#1662dd',
  primaryColorContrastHex: '#000000',
  secondaryColorHex: '#ebebed',
  secondaryColorContrastHex: '#000000',
  ...Object.fromEntries(variants.map((name) => [`${name}TouchPointVariant`, 'OKTA_DEFAULT'])),
};

/** The pictures of a theme: their path, their member and what they are until somebody uploads another one. */
const pictures = [
  { name: 'logo', member: 'logo', usual: (origin: string) => `${origin}/assets/img/logos/okta-logo.png` },
  { name: 'favicon', member: 'favicon', usual: (origin: string) => `${origin}/favicon.ico` },
  { name: 'background-image', member: 'backgroundImage', usual: () => null },
];

/** The theme of a brand; each brand has one from the start. */
export const themes = defineKind({
  ...{ path: '/api/v1/brands/:brandId/themes', param: 'themeId', prefix: 'the', type: 'Theme' },
  ...{ scope: 'okta.brands', serves: ['list', 'read', 'replace'] },
  guard(call) {
    const { org, origin } = call;
    const { id, created, lastUpdated } = brandOf(call);
    const list = `/api/v1/brands/${id}/themes`;
    if ([...org.objects.of(list)].length > 0) return;
    const images = Object.fromEntries(pictures.map(({ member, usual }) => [member, usual(origin)]));
    const body = { ...images, ...usual };
    org.objects.put({ id: `the${id.slice(3)}`, list, created, lastUpdated, body });
  },
  change: (_call, body, { body: known }) => ({ ...known, ...body }),
  view(call, theme) {
    const { created, lastUpdated, _links, ...members } = plainView(call, themes, theme);
    const images = pictures.map(({ name }) => [name, link(call, theme, name, 'POST', 'DELETE')]);
    return { ...members, _links: { ...(_links as Json), ...Object.fromEntries(images) } };
  },
});

/** Uploading and removing pictures. */
export const imageEndpoints: Endpoint[] = pictures.flatMap(({ name, member, usual }) => {
  const at = { path: `${themes.path}/:themeId/${name}`, scope: 'okta.brands.manage' };
  return [
    {
      ...at,
      method: 'POST',
      takes: ['multipart/form-data'],
      handle(call) {
        if (typeof call.body !== 'string') throw oktaError('E0000021');
        const url = `${call.origin}/fs/bco/4/fs0${call.org.ids.next('img').slice(3)}`;
        return changePicture(call, { [member]: url }, { status: name === 'logo' ? 200 : 201, body: { url } });
      },
    },
    {
      ...at,
      method: 'DELETE',
      handle: (call) => changePicture(call, { [member]: usual(call.origin) }, noContent),
    },
  ] satisfies Endpoint[];
});

function changePicture(call: Call, change: Json, answer: Answer): Answer {
  themes.guard?.(call);
  const theme = found(call, themes);
  const lastUpdated = call.org.clock.seconds();
  call.org.objects.put({ ...theme, lastUpdated, body: { ...theme.body, ...change } });
  return answer;
}
