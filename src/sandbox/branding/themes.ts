import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
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

/** The theme of a brand; each brand has one from the start. */
export const themes = defineKind({
  ...{ path: '/api/v1/brands/:brandId/themes', param: 'themeId', prefix: 'the', type: 'Theme' },
  ...{ scope: 'okta.brands', serves: ['list', 'read', 'replace'] },
  guard(call) {
    const { org, origin } = call;
    const { id, created, lastUpdated } = brandOf(call);
    const list = `/api/v1/brands/${id}/themes`;
    if ([...org.objects.of(list)].length > 0) return;
    const images = { logo: `${origin}/assets/img/logos/okta-logo.png`, favicon: `${origin}/favicon.ico` };
    const body = { ...images, backgroundImage: null, ...usual };
    org.objects.put({ id: `the${id.slice(3)}`, list, created, lastUpdated, body });
  },
  change: (_call, body, { body: known }) => ({ ...known, ...body }),
  view(call, theme) {
    const { created, lastUpdated, _links, ...members } = plainView(call, themes, theme);
    const images = ['logo', 'favicon', 'background-image'].map((name) => [
      name,
      link(call, theme, name, 'POST', 'DELETE'),
    ]);
    return { ...members, _links: { ...(_links as Json), ...Object.fromEntries(images) } };
  },
});
