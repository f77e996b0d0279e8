/** A browser without scripts: it keeps cookies, and its forms are filled in and posted. */
export class Browser {
  readonly #orgUrl: string;
  readonly #cookies = new Map<string, string>();

  constructor(orgUrl: string) {
    this.#orgUrl = orgUrl;
  }

  /** The session cookie. */
  get sid(): string | undefined {
    return this.#cookies.get('sid');
  }

  /** Opens a path or URL of the org. Redirects within the org are followed, others are left to the test. */
  async open(target: string, init: RequestInit = {}): Promise<Page> {
    const url = new URL(target, this.#orgUrl);
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (location && new URL(location, url).origin === url.origin) return this.open(location);
    const [{ status, headers: answered }, text] = [response, await response.text()];
    return {
      status,
      text,
      headers: answered,
      url,
      back: location ? new URL(location) : undefined,
    };
  }

  /** Signs in with a password, whoever was before; by default it is that of the people of the seed. */
  async signIn(username: string, password = 'Sandbox-Pass-1'): Promise<Page> {
    return this.submit(await this.open('/login/signout'), { username, password });
  }

  /** Fills in the only form of a page and sends it. */
  submit(page: Page, fields: Record<string, string>): Promise<Page> {
    const action = unescaped(/<form method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? '');
    const form = new URLSearchParams({ ...fieldsOf(page), ...fields });
    return this.open(action, { method: 'POST', body: form, headers: { origin: page.url.origin } });
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

export interface Page {
  status: number;
  text: string;
  headers: Headers;
  url: URL;
  /** Where the answer sends the browser, if that is not the org. */
  back: URL | undefined;
}

/** The values of the fields of a form. */
export function fieldsOf({ text }: Pick<Page, 'text'>): Record<string, string> {
  const inputs = [...text.matchAll(/<input [^>]*name="([^"]*)" value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
