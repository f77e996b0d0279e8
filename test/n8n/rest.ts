// biome-ignore-all lint/suspicious/noExplicitAny: answers of every shape

/** n8n's internal interface, as its editor uses it. It may move between versions: only this file knows it. */
export class Rest {
  readonly #url: string;
  readonly #browser = crypto.randomUUID();
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Calls the interface; `data` of the answer. */
  async call(method: string, path: string, body?: object): Promise<any> {
    const response = await fetch(`${this.#url}/rest${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', 'browser-id': this.#browser, Cookie: this.#cookie },
      body: body && JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text.startsWith('{') ? JSON.parse(text).data : text;
  }

  /** What a browser needs to be signed in. */
  get session(): { cookie: string; browserId: string } {
    return { cookie: this.#cookies.get('n8n-auth') ?? '', browserId: this.#browser };
  }

  get #cookie(): string {
    return [...this.#cookies].map((one) => one.join('=')).join('; ');
  }

  setUp(): Promise<any> {
    return this.call('POST', '/owner/setup', OWNER);
  }

  signIn(): Promise<any> {
    return this.call('POST', '/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
  }

  /** What n8n offers: node types or credential types. */
  async types(kind: 'nodes' | 'credentials'): Promise<any[]> {
    const response = await fetch(`${this.#url}/types/${kind}.json`, { headers: { Cookie: this.#cookie } });
    return (await response.json()) as any[];
  }

  createCredential(
    type: string,
    data: object,
    name = `${type} ${crypto.randomUUID()}`,
  ): Promise<{ id: string; name: string; type: string }> {
    return this.call('POST', '/credentials', { name, type, data });
  }

  testCredential(credential: { id: string; name: string; type: string }, data: object): Promise<any> {
    return this.call('POST', '/credentials/test', { credentials: { ...credential, data } });
  }

  /** @returns id and version of the workflow. */
  createWorkflow(
    name: string,
    nodes: any[],
    connections: object,
  ): Promise<{ id: string; versionId: string }> {
    return this.call('POST', '/workflows', { ...{ name, nodes, connections, active: false }, settings: {} });
  }

  async activate({ id }: { id: string }): Promise<void> {
    const { versionId } = await this.call('GET', `/workflows/${id}`);
    await this.call('POST', `/workflows/${id}/activate`, { versionId });
  }

  deactivate({ id }: { id: string }): Promise<any> {
    return this.call('POST', `/workflows/${id}/deactivate`, {});
  }

  /** "Listen for test event" of a node. */
  async listen({ id }: { id: string }, name: string): Promise<any> {
    const workflowData = await this.call('GET', `/workflows/${id}`);
    return this.call('POST', `/workflows/${id}/run`, { workflowData, triggerToStartFrom: { name } });
  }

  /** A drop-down or mapper of a node, as its form asks for it. */
  parameters(
    what: 'resource-locator-results' | 'resource-mapper-fields' | 'options',
    ask: object,
  ): Promise<any> {
    return this.call('POST', `/dynamic-node-parameters/${what}`, ask);
  }

  async executions({ id }: { id: string }): Promise<any[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
    return (await this.call('GET', `/executions?filter=${filter}&limit=50`)).results;
  }

  stopExecution(id: string): Promise<any> {
    return this.call('POST', `/executions/${id}/stop`, {});
  }
}

const OWNER = {
  ...{ email: 'owner@acme.test', firstName: 'Olga', lastName: 'Owner' },
  password: 'Only-for-this-test-1',
};
