import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What a server wrote to a connection until it was closed, or until there was a whole answer. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Opens a connection, says exactly this, and reads the first answer; `half` ends our side of it after that. */
export async function sayRaw(url: string, text: string | Buffer, half = false): Promise<RawAnswer> {
  const socket = await open(url);
  socket.write(text);
  if (half) socket.end();
  return readAnswer(socket);
}

/** A connection that says nothing yet. */
export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** Reads one answer, by its length or up to the end; then the connection is closed. Status 0 where none came. */
export function readAnswer(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(parse(text));
    };
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
      const { headers, body } = parse(text);
      const length = Number(headers['content-length'] ?? Number.NaN);
      if (Buffer.byteLength(body) >= length) done();
    });
    socket.on('end', done).on('error', done).on('close', done);
  });
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(first.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n') };
}
