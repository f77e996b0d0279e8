import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { readSingle, writeSingle } from './single.ts';

/** A setting with two states, each reached by a POST to a path below it. */
interface Switch {
  path: string;
  initial: Json;
  /** The states by the name of the last part of the path that leads to them. */
  states: Record<string, Json>;
}

const switches: Switch[] = [
  {
    path: '/api/v1/org/preferences',
    initial: { showEndUserFooter: true },
    states: {
      showEndUserFooter: { showEndUserFooter: true },
      hideEndUserFooter: { showEndUserFooter: false },
    },
  },
  {
    path: '/api/v1/org/privacy/oktaCommunication',
    initial: { optOutEmailUsers: false },
    states: { optIn: { optOutEmailUsers: false }, optOut: { optOutEmailUsers: true } },
  },
];

export const switchEndpoints: Endpoint[] = switches.flatMap((one) => [
  { method: 'GET', path: one.path, scope: 'okta.orgs.read', handle: (call) => view(call, one) },
  ...Object.entries(one.states).map(
    ([name, state]): Endpoint => ({
      method: 'POST',
      path: `${one.path}/${name}`,
      scope: 'okta.orgs.manage',
      handle: (call) => {
        writeSingle(call.org, one.path, state);
        return view(call, one);
      },
    }),
  ),
]);

/** The state with a link to the other one. */
function view(call: Call, { path, initial, states }: Switch): Answer {
  const state = readSingle(call.org, path, initial);
  const links = Object.entries(states)
    .filter(([, other]) => JSON.stringify(other) !== JSON.stringify(state))
    .map(([name]) => [name, { href: `${call.origin}${path}/${name}`, hints: { allow: ['POST'] } }]);
  return ok({ ...state, _links: Object.fromEntries(links) });
}
