import { EventEmitter } from 'node:events';
import { nodeRedUtil } from './current.ts';

/** A node as a flow file holds it. */
export interface FlowNode {
  id: string;
  type: string;
  [setting: string]: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: nodes and clients of any shape
type Any = any;

/** What a node asked of the client of its connection. */
export interface Asked {
  call: string;
  key: string;
  input: unknown;
  options?: Record<string, unknown>;
}

class RedNode extends EventEmitter {
  id = '';
  type = '';
  credentials: Record<string, string> = {};
  errors: Error[] = [];
  entries: Record<string, unknown> = {};
  context() {
    const { entries } = this;
    return {
      get: (key: string, _: unknown, callback: (error: null, value: unknown) => void) =>
        callback(null, entries[key]),
      set: (key: string, value: unknown, _: unknown, callback: (error: null) => void) => {
        entries[key] = value;
        callback(null);
      },
    };
  }
  status() {}
  send() {}
  warn() {}
  log() {}
  error(error: Error) {
    this.errors.push(error);
  }
}

/** As much of Node-RED's runtime as the nodes use, with the nodes of the package registered. */
export class NodeRed {
  readonly types = new Map<string, { construct: Any; credentials: string[] }>();
  readonly nodes = new Map<string, Any>();
  /** What nodes remember, by their id. */
  readonly contexts: Record<string, Record<string, unknown>> = {};
  readonly #secrets: Record<string, Record<string, string>>;

  constructor(
    register: (RED: Any) => void,
    userDir: string,
    secrets: Record<string, Record<string, string>>,
  ) {
    this.#secrets = secrets;
    const route = () => {};
    register({
      nodes: {
        createNode: (node: Any, definition: FlowNode) => {
          const { id, type } = definition;
          Object.assign(node, new RedNode(), { id, type });
          node.credentials = this.#secrets[id] ?? {};
          this.contexts[id] ??= {};
          node.entries = this.contexts[id];
        },
        registerType: (type: string, construct: Any, options: { credentials?: object } = {}) => {
          Object.setPrototypeOf(construct.prototype, RedNode.prototype);
          this.types.set(type, { construct, credentials: Object.keys(options.credentials ?? {}) });
        },
        getNode: (id: string) => this.nodes.get(id) ?? null,
        eachNode: () => {},
      },
      events: new EventEmitter(),
      log: { warn() {} },
      util: nodeRedUtil,
      auth: { needsPermission: () => route },
      httpAdmin: { get: route, post: route, all: route },
      httpNode: { get: route, post: route, all: route },
      server: { listening: true },
      settings: { userDir, httpNodeRoot: '/' },
    });
  }

  /** Makes a node, as a deploy does. */
  deploy(node: FlowNode): Any {
    const type = this.types.get(node.type);
    if (!type) throw new Error(`there is no node ${node.type}`);
    const made = new type.construct(node);
    this.nodes.set(node.id, made);
    return made;
  }

  /** Puts a connection in the flow whose client notes what it is asked, and answers nothing. */
  record(id: string): Asked[] {
    const asked: Asked[] = [];
    const note = (call: string, key: string, input: unknown, options: Record<string, unknown> = {}) => {
      const { interval, limit } = options;
      asked.push({ call, key, input, ...(interval || limit ? { options: { interval, limit } } : {}) });
    };
    const client = {
      run: async (key: string, input: unknown) => note('run', key, input),
      async *stream(key: string, input: unknown) {
        note('stream', key, input);
        yield* [];
      },
      async *follow(key: string, input: unknown, options: Record<string, unknown>) {
        note('follow', key, input, options);
        yield* [];
      },
      sample: async (key: string, input: unknown, options: Record<string, unknown>) => {
        note('sample', key, input, options);
        return [];
      },
      webhook: async ({ publicUrl }: { publicUrl: string }) => ({
        fetch: async () => new Response(),
        ended: new Promise(() => {}),
        stop: async () => {},
        subscribe: async ({ key, input }: { key: string; input: unknown }) =>
          note(`subscribe at ${publicUrl}`, key, input),
      }),
    };
    this.nodes.set(id, Object.assign(new RedNode(), { id, client: () => client }));
    return asked;
  }

  /** Lets a node run once: an action gets the message, a trigger starts and sends its samples. */
  async run(node: FlowNode, message: object): Promise<void> {
    const made = this.deploy(node);
    if (made.sendSamples) await made.sendSamples();
    else {
      await new Promise<void>((resolve, reject) =>
        made.emit(
          'input',
          structuredClone(message),
          () => {},
          (error?: Error) => (error ? reject(error) : resolve()),
        ),
      );
    }
    // What a trigger starts by itself.
    for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => made.emit('close', false, resolve));
    if (made.errors.length > 0) throw made.errors[0];
  }
}
