import type { PendingLogin } from '../../auth/authorization-code.ts';
import type { Connection } from '../../auth/connection.ts';
import { completeSignIn, startSignIn } from '../../auth/sign-in.ts';
import { fileTokenStore } from '../../auth/token-file.ts';
import type { Client } from '../../client.ts';
import { connect } from '../../connect.ts';
import type { OptionsQuery } from '../../define.ts';
import { InputError, isOktaError } from '../../errors/errors.ts';
import { manifest } from '../../manifest/manifest.ts';
import { plainError } from '../errors.ts';
import { textOf } from './badge.ts';
import { checkWords } from './check-words.ts';
import {
  type ConnectionSettings,
  connectionFrom,
  connectionNode,
  SIGNED_IN,
  tokensFile,
} from './connection-node.ts';
import { type NodeType, secretKey } from './node-types.ts';
import type { NodeRed, Request, Response, RuntimeNode } from './red.ts';
import type { TriggerNode } from './trigger-nodes.ts';

/** A connection as the editor sends it, deployed or not. */
interface Draft extends ConnectionSettings {
  /** Unchanged since the last deploy: use the deployed connection. */
  deployed?: boolean;
  /** The secrets that were typed; those that Node-RED has already stored are omitted. */
  secrets?: Record<string, string | undefined>;
}

/** Path of the editor's routes, relative to the root of the admin API. */
const ROOT = '/okta-connector';

const UNKNOWN_SIGN_IN = 'This sign-in is unknown or has expired';

const SIGN_IN_LASTS_MS = 10 * 60_000;

/** Adds the routes that the editor's forms use: test, drop-downs, attributes, sign-in, samples. */
export function registerRoutes(RED: NodeRed, type: NodeType): void {
  const route = (path: string, answer: (request: Request) => Promise<unknown>) =>
    RED.httpAdmin.post(
      ROOT + path,
      RED.auth.needsPermission('okta-connector.write'),
      (request: Request, response: Response) => {
        // Protects against CSRF: a page of another origin can submit a form, but cannot send JSON.
        if (!request.is('application/json'))
          return void response.status(415).json({ message: 'JSON is expected' });
        answer(request).then(
          (body) => response.json(body ?? {}),
          (error: unknown) => response.status(isOktaError(error) ? 400 : 500).json(errorBody(error)),
        );
      },
    );

  /** Actions that show what a mapping makes of some objects. */
  const previews = new Set(
    [...manifest().actions, ...manifest().triggers].flatMap(({ mappings = {} }) =>
      Object.values(mappings).map(({ previewBy }) => previewBy),
    ),
  );

  route('/check', ({ body }) =>
    using(RED, type, body as Draft, async (client) => checkWords(await client.test())),
  );

  route('/options/:key', ({ body, params }) => {
    const { connection, ...query } = body as { connection: Draft } & OptionsQuery;
    return using(RED, type, connection, (client) => client.options(params.key ?? '', query));
  });

  route('/fields', ({ body }) => {
    const { connection, resource, kind } = body as { connection: Draft; resource?: string; kind?: string };
    return using(RED, type, connection, async (client) => ({
      attributes: await client.fields(kind || undefined, { resource }),
    }));
  });

  route('/preview', async ({ body }) => {
    const { connection, action, mapping } = body as { connection: Draft; action?: string; mapping?: unknown };
    if (!action || !previews.has(action)) throw new InputError('There is no such preview');
    return using(RED, type, connection, (client) => client.run<string>(action, { mapping }));
  });

  route('/sample/:id', async ({ params }) => {
    const node = RED.nodes.getNode(params.id ?? '') as TriggerNode | null;
    if (!node?.sendSamples)
      throw new InputError('The node has not been deployed', { hint: 'Deploy, then try again.' });
    return { count: await node.sendSamples() };
  });

  registerSignIn(RED, type, route);
}

/** The redirect of a sign-in carries only a URL: its unguessable state identifies the sign-in. */
function registerSignIn(
  RED: NodeRed,
  type: NodeType,
  route: (path: string, answer: (request: Request) => Promise<unknown>) => void,
): void {
  const pending = new Map<
    string,
    { connection: Connection; login: PendingLogin; id: string; since: number }
  >();

  /** How sign-ins ended, for the form that waits: a message where it failed. */
  const ended = new Map<string, { isOver: boolean; message?: string; since: number }>();

  const forgetOld = () => {
    for (const map of [pending, ended]) {
      for (const [state, { since }] of map) {
        if (since < Date.now() - SIGN_IN_LASTS_MS) map.delete(state);
      }
    }
  };

  route('/sign-in', async ({ body }) => {
    forgetOld();
    const draft = body as Draft;
    const connection = await connectionOfDraft(RED, type, draft);
    const login = await startSignIn(connection);
    pending.set(login.state, { connection, login, id: draft.id, since: Date.now() });
    return { url: login.url, state: login.state };
  });

  route('/sign-in/:state', async ({ params: { state = '' } }) => {
    forgetOld();
    const end = ended.get(state);
    if (end) return { ended: end.isOver, message: end.message };
    return { ended: !pending.has(state), ...(pending.has(state) ? {} : { message: UNKNOWN_SIGN_IN }) };
  });

  RED.httpAdmin.get(`${ROOT}/callback`, (request, response) => {
    const state = request.query.state ?? '';
    forgetOld();
    const found = pending.get(state);
    pending.delete(state);
    const finish = async () => {
      if (!found) {
        throw new InputError(UNKNOWN_SIGN_IN, { hint: 'Start again in the editor.' });
      }
      const { connection, login, id } = found;
      const query = request.originalUrl.split('?')[1] ?? '';
      const { redirectUri } = connection.auth as { redirectUri: string };
      const tokens = await completeSignIn(connection, login, `${redirectUri}?${query}`);
      const store = fileTokenStore(tokensFile(RED, id, connection));
      await store.exclusively(() => store.write(tokens));
      connectionNode(RED, id)?.emit(SIGNED_IN);
    };
    const tell = (isOver: boolean, message?: string) =>
      found && ended.set(state, { isOver, message, since: Date.now() });
    tell(false);
    finish().then(
      () => {
        tell(true);
        page(response, 'Signed in', 'The connection is ready to use. You can close this window.');
      },
      (error: unknown) => {
        const { message } = errorBody(error);
        tell(true, message);
        page(response.status(400), 'Not signed in', message);
      },
    );
  });
}

/** A connection for the forms; one that is not deployed is closed after use. */
async function using<T>(
  RED: NodeRed,
  type: NodeType,
  draft: Draft | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (!draft) {
    throw new InputError('No connection is selected', { hint: 'Select or add a connection first.' });
  }
  const node = connectionNode(RED, draft.id);
  if (node && draft.deployed) return work(node.client());
  const connection = await connectionOfDraft(RED, type, draft);
  // Only a sign-in needs stored tokens: a service app that is being typed in may never be deployed.
  const isSignIn = connection.auth.type === 'authorization_code';
  const client = connect(connection, {
    tokens: isSignIn ? tokensFile(RED, draft.id, connection) : undefined,
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/**
 * Resolves `${NAME}` as an environment variable, as everywhere in Node-RED.
 * @param node the deployed connection: it also sees the variables that are set in the editor.
 */
function resolved<T>(RED: NodeRed, value: T, node: RuntimeNode | undefined): Promise<T> | T {
  if (typeof value !== 'string' || !/^\$\{[^}]+\}$/.test(value)) return value;
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, 'env', node ?? ({} as RuntimeNode), {}, (error, found) => {
      if (error) reject(error);
      else if (found !== '') resolve(found as T);
      else reject(new InputError(`${value} is not set`, { hint: UNSET_HINT }));
    });
  });
}

const UNSET_HINT =
  'Set it in the environment of Node-RED. A variable set in the editor takes effect once the connection is deployed.';

async function connectionOfDraft(RED: NodeRed, type: NodeType, { id, ...draft }: Draft): Promise<Connection> {
  const node = connectionNode(RED, id);
  const orgUrl = await resolved(RED, draft.orgUrl, node);
  const auth = { ...draft.auth };
  for (const [name, value] of Object.entries(auth)) auth[name] = await resolved(RED, value, node);
  if (!orgUrl) {
    throw new InputError('The connection has no Org URL', { hint: 'For example https://acme.okta.com.' });
  }
  const fields = type.authModes.find((mode) => mode.type === auth.type)?.fields ?? [];
  const secrets: Record<string, string | undefined> = {};
  for (const field of fields.filter((one) => one.secret)) {
    const key = secretKey(field.name);
    const typed = await resolved(RED, draft.secrets?.[key], node);
    const kept = node?.credentials?.[key];
    // A stored secret is sent only to the address it was deployed for: changing the address requires typing it again.
    if (!typed && kept && node?.settings.orgUrl !== orgUrl) {
      throw new InputError(`${field.title}: the address has changed; type the secret again, or deploy first`);
    }
    secrets[key] = typed || kept;
  }
  return connectionFrom(type, { id, orgUrl, auth: auth as Draft['auth'] }, secrets);
}

const errorBody = (error: unknown) => ({
  ...(isOktaError(error) ? plainError(error) : {}),
  message: textOf(error),
});

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

function page(response: Response, title: string, text: string): void {
  response
    .type('html')
    .send(
      `<!doctype html><meta charset="utf-8"><title>${escaped(title)}</title>` +
        `<body style="font:16px sans-serif;margin:4em"><h1>${escaped(title)}</h1><p>${escaped(text)}</p>`,
    );
}
