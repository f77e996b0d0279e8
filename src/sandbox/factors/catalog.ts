import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import { factorKind, ownedByUser } from './factor.ts';
import { questionList } from './questions.ts';
import { factorTypes } from './types.ts';

const scope = 'okta.users.read';

/** What a user can enroll, and which questions there are. */
export const catalogEndpoints: Endpoint[] = [
  { method: 'GET', path: `${factorKind.path}/catalog`, scope, handle: catalog },
  {
    ...{ method: 'GET', path: `${factorKind.path}/questions`, scope },
    handle(call) {
      ownedByUser(call);
      return ok(questionList);
    },
  },
];

function catalog(call: Call): Answer {
  ownedByUser(call);
  const list = `/api/v1/users/${call.params.id}/factors`;
  const mine = [...call.org.objects.of(list)];
  const all = Object.entries(factorTypes).flatMap(([factorType, { providers }]) =>
    providers.map((provider) => ({ factorType, provider })),
  );
  return ok(
    all.map(({ factorType, provider }) => {
      const known = mine.find(({ body }) => body.factorType === factorType && body.provider === provider);
      return {
        ...{ factorType, provider, vendorName: provider },
        ...{ status: known?.body.status ?? 'NOT_SETUP', enrollment: 'OPTIONAL' },
        _links: { enroll: { href: `${call.origin}${list}`, hints: { allow: ['POST'] } } },
      };
    }),
  );
}
