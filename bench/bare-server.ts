import { createServer, type Socket } from 'node:net';

/**
 * Serves requests without a body over bare sockets on a free port, and prints the port.
 * @param answer gets the request line and headers of each request.
 */
export function serveBare(answer: (socket: Socket, head: string) => void): void {
  const server = createServer((socket: Socket) => {
    let rest = '';
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      rest += data.toString('latin1');
      for (let end = rest.indexOf('\r\n\r\n'); end !== -1; end = rest.indexOf('\r\n\r\n')) {
        const head = rest.slice(0, end + 2);
        rest = rest.slice(end + 4);
        answer(socket, head);
        if (/\r\nconnection: close/i.test(head)) socket.end();
      }
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
}
