import { type Browser, fieldsOf, type Page } from './browser.ts';

/** A form that a browser posts to an application. */
export interface Posted {
  action: string;
  SAMLResponse: string;
  RelayState?: string;
}

/** Fills in the sign-in page, if a browser meets it. */
export async function past(browser: Browser, page: Page, username: string, password: string): Promise<Page> {
  return page.text.includes('id="password"') ? browser.submit(page, { username, password }) : page;
}

/** What a page posts to an application. */
export function postedBy(page: Page): Posted {
  const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1];
  const { SAMLResponse, ...more } = fieldsOf(page);
  if (!action || !SAMLResponse) throw new Error(`no SAMLResponse, but ${page.status} ${page.text}`);
  return {
    action: action.replace(/&#(\d+);/g, (_, c) => String.fromCharCode(Number(c))),
    SAMLResponse,
    ...more,
  };
}

/** The XML of a response. */
export const xmlOf = ({ SAMLResponse }: Posted): string =>
  Buffer.from(SAMLResponse, 'base64').toString('utf8');
