// A process of its own that provisions through a server on a SQLite file, and tells each answer and each event once it is there.
import { writeSync } from 'node:fs';
import { deliverScimEvents } from '../../../src/scim/deliver.ts';
import { openScimStore } from '../../../src/scim/open.ts';
import { opened } from '../support.ts';

const [file = '', from = '0'] = process.argv.slice(2);
const store = await openScimStore(file);
const server = opened({ store });
const tell = (text: string) => writeSync(1, `${text}\n`);
void deliverScimEvents(
  store,
  'stdout',
  async ({ id, kind, resourceId, after }) => {
    tell(`event ${id} ${kind} ${resourceId} ${JSON.stringify(after)}`);
  },
  new AbortController().signal,
);
tell('ready');
for (let i = Number(from); ; i += 1) {
  const work = [0, 1, 2].map(async (part) => {
    const name = `user${i}-${part}`;
    const { status, body } = await server.call('POST', '/Users', { userName: name, externalId: name });
    if (status === 201 || status === 200) tell(`created ${name} ${body.id}`);
    else if (status !== 409) throw new Error(`${status} ${body.detail}`);
    const found = await store.find('User', 'name', name);
    const id = found?.id as string;
    const title = `title of ${name}`;
    await server.patch(`/Users/${id}`, { op: 'replace', value: { title } });
    tell(`titled ${name} ${id}`);
    const group = await server.call('POST', '/Groups', {
      displayName: `group ${name}`,
      members: [{ value: id }],
    });
    if (group.status === 201) tell(`grouped ${name} ${group.body.id}`);
  });
  await Promise.all(work);
}
