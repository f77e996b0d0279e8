/** The connector's SCIM server with a SQLite file, in a process that a test can kill. argv: file, token, port. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { scimServer } from '../../src/scim/server.ts';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';

const [file = '', token = '', port = '0'] = process.argv.slice(2);
const service = scimServer({ store: await sqliteScimStore(file), token });
const server = createServer(getRequestListener((request) => service.fetch(request)));
server.listen(Number(port), '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit(0));
