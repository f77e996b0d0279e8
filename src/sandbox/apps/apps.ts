import { invalid, notFound, oktaError } from '../errors.ts';
import { type Expression, FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import { type Answer, type Call, cursorOf, type Endpoint, ok, page, pageSizeOf } from '../http.ts';
import { take } from '../sorted.ts';
import type { App } from './app-store.ts';
import { appUserView, appView } from './view.ts';

const read = 'okta.apps.read';

export const appEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/apps', scope: read, handle: listApps },
  {
    method: 'GET',
    path: '/api/v1/apps/:appId',
    scope: read,
    handle: (call) => ok(appView(call, appById(call))),
  },
];

export function appById(call: Call): App {
  const id = call.params.appId as string;
  const app = call.org.apps.get(id);
  if (!app) throw notFound(id, 'AppInstance');
  return app;
}

/** The id after which a page of apps begins. */
export function appCursor(call: Call): string | undefined {
  return cursorOf(call, '0oa', (id) => call.org.apps.get(id) !== undefined);
}

function listApps(call: Call): Answer {
  const { query, org } = call;
  const limit = pageSizeOf(call, 20, 200);
  const q = query.get('q')?.toLowerCase();
  const filter = query.get('filter');
  const wanted = filter ? appFilter(call, filter) : () => true;
  const userId = expandedUser(call);
  const found = [...org.apps.from(appCursor(call))].filter(
    (app) =>
      (!q || app.name.toLowerCase().startsWith(q) || app.label.toLowerCase().startsWith(q)) && wanted(app),
  );
  return page(call, take(found, limit + 1), limit, {
    render: (app) =>
      appView(call, app, { embedded: userId === undefined ? undefined : embedded(call, app, userId) }),
    cursor: (last) => last.id,
  });
}

/** `expand=user/{id}` embeds the user's assignment, but only together with a filter for the same user. */
function expandedUser({ query }: Call): string | undefined {
  const expand = query.get('expand');
  if (!expand) return undefined;
  const userId = /^user\/(\w+)$/.exec(expand)?.[1];
  if (!userId) throw invalid('RequestParams', 'Expand query is malformed.');
  return query.get('filter')?.includes(`user.id eq "${userId}"`) ? userId : undefined;
}

function embedded(call: Call, app: App, userId: string) {
  const { org } = call;
  const user = org.users.get(userId);
  const assignment = user && org.apps.assignmentOf(app, user);
  return user && assignment ? { user: appUserView(call, app, user, assignment) } : undefined;
}

type Test = (app: App) => boolean;

function appFilter(call: Call, filter: string): Test {
  try {
    return testOf(call, parseFilter(filter));
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}

function testOf(call: Call, expression: Expression): Test {
  if (expression.kind === 'and' || expression.kind === 'or') {
    const [left, right] = [testOf(call, expression.left), testOf(call, expression.right)];
    return expression.kind === 'and' ? (app) => left(app) && right(app) : (app) => left(app) || right(app);
  }
  if (expression.kind !== 'compare' || expression.operator !== 'eq' || typeof expression.value !== 'string')
    throw new FilterSyntaxError('only eq with a string is supported here');
  const { path, value } = expression;
  if (path === 'id' || path === 'name' || path === 'status') return (app) => app[path] === value;
  if (path === 'group.id') return (app) => app.groups.get(value) !== undefined;
  if (path !== 'user.id') throw new FilterSyntaxError(`${path} is not a known attribute`);
  const user = call.org.users.get(value);
  return (app) => user !== undefined && call.org.apps.assignmentOf(app, user) !== undefined;
}
