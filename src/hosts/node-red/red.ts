/** The part of Node-RED's API that the nodes use; the same in versions 4 and 5. */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export interface Message {
  payload?: unknown;
  [name: string]: unknown;
}

export interface Status {
  fill?: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
  shape?: 'dot' | 'ring';
  text?: string;
}

type ContextCallback<T> = (error: Error | null | undefined, value?: T) => void;

export interface NodeContext {
  get(key: string, store: string | undefined, callback: ContextCallback<unknown>): void;
  set(key: string, value: unknown, store: string | undefined, callback: ContextCallback<void>): void;
}

export interface RuntimeNode extends EventEmitter {
  id: string;
  type: string;
  name?: string;
  /** Within a subflow: the id of the node in the subflow's own flow. */
  _alias?: string;
  /** The tab or, within a subflow, the subflow instance. */
  z?: string;
  credentials?: Record<string, string | undefined>;
  context(): NodeContext;
  status(status: Status): void;
  send(message: Message | (Message | null)[]): void;
  warn(text: string): void;
  log(text: string): void;
  /** Shown at the log level `debug` of Node-RED's settings. */
  debug(text: string): void;
  error(error: Error | string, message?: Message): void;
  on(
    event: 'input',
    listener: (message: Message, send: (one: Message) => void, done: (error?: Error) => void) => void,
  ): this;
  on(event: 'close', listener: (removed: boolean, done: () => void) => void): this;
  on(event: 'signed-in', listener: () => void): this;
}

export interface Request extends IncomingMessage {
  params: Record<string, string>;
  query: Record<string, string | undefined>;
  body: unknown;
  originalUrl: string;
  /** Whether the body has this content type. */
  is(type: string): string | false | null;
}

export interface Response extends ServerResponse {
  status(code: number): this;
  json(body: unknown): this;
  type(type: string): this;
  send(body: string): this;
}

type Handler = (request: Request, response: Response, next: () => void) => void;

interface Routes {
  get(path: string, ...handlers: Handler[]): void;
  post(path: string, ...handlers: Handler[]): void;
  all(path: string, ...handlers: Handler[]): void;
  use(handler: Handler): void;
}

export interface NodeRed {
  nodes: {
    createNode(node: RuntimeNode, definition: object): void;
    registerType(
      type: string,
      construct: (this: RuntimeNode, definition: never) => void,
      options?: { credentials?: Record<string, { type: 'password' }>; settings?: object },
    ): void;
    getNode(id: string): RuntimeNode | null;
    /** Visits all deployed nodes, including disabled ones. */
    eachNode(see: (node: { id: string }) => unknown): void;
  };
  events: EventEmitter;
  log: { warn(text: string): void };
  util: {
    evaluateNodeProperty(
      value: string,
      type: string,
      node: RuntimeNode,
      message: Message,
      callback: (error: Error | null, value: unknown) => void,
    ): void;
    cloneMessage<T>(message: T): T;
    generateId(): string;
  };
  auth: { needsPermission(permission: string): Handler };
  httpAdmin: Routes;
  httpNode: Routes;
  server: Server;
  settings: {
    userDir?: string;
    httpNodeRoot?: string | false;
  };
}
