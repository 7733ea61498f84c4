import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { HEAD_BYTES } from '@cowatch/shared/media';
import { afterEach, describe, expect, it } from 'vitest';
import { createLook, UNSEEN } from './look.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** These tests are on this very machine. */
const look = createLook({ reachesPrivate: true });
const MP4 = Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomavc1\0\0\0\x10moovstsd\0\0\0\0\0\0\0\x01\0\0\0\x50hvc1', 'latin1');

describe('a look at an address', () => {
  it('says who answers and what the first bytes are', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const origin = await serve((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain' }).end(MP4);
    });
    expect(await look(`${origin}/film.mp4`)).toEqual({
      outcome: 'answered',
      status: 200,
      what: 'file',
      codecs: ['hvc1'],
      foreign: null,
      cors: true,
    });
    expect(seen[0]).toMatchObject({ range: `bytes=0-${HEAD_BYTES - 1}` });
    expect(seen[0]?.cookie).toBeUndefined();
  });

  it.each([401, 403, 404, 410, 416, 500, 503])('says that it is answered %i, and reads nothing of it', async (status) => {
    const origin = await serve((_, response) => response.writeHead(status).end('#EXTM3U'));
    expect(await look(origin)).toMatchObject({ outcome: 'answered', status, what: null, cors: false });
  });

  it('takes no more than the first bytes, however much comes', async () => {
    let closed = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const origin = await serve((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write(Buffer.alloc(HEAD_BYTES, 'x')));
      };
      response.on('drain', more).on('close', closed);
      more();
    });
    expect(await look(origin)).toMatchObject({ status: 200, what: 'other' });
    await gone;
  });

  it('follows redirects, and not for ever', async () => {
    const origin = await serve((request, response) => {
      const left = Number(new URL(request.url ?? '', 'http://x').searchParams.get('left'));
      if (left > 0) response.writeHead(302, { location: `/?left=${left - 1}` }).end();
      else response.end('<!doctype html>');
    });
    expect(await look(`${origin}/?left=5`)).toMatchObject({ status: 200, what: 'page' });
    expect(await look(`${origin}/?left=6`)).toMatchObject({ outcome: 'unseen' });
  });

  it('has an end: who says nothing, or only begins, is not waited for', async () => {
    const short = createLook({ reachesPrivate: true, timeoutMs: 50 });
    expect(await short(await serve(() => {}))).toMatchObject({ outcome: 'unseen' });
    expect(await short(await serve((_, response) => response.writeHead(200).flushHeaders()))).toMatchObject({
      outcome: 'unseen',
    });
  });

  it.each([
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
    'HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n',
    'HTTP/1.1 302 Found\r\nlocation: http://[bad\r\ncontent-length: 0\r\n\r\n',
    'SSH-2.0-OpenSSH\r\n',
    '',
  ])('comes to an end at what is no answer: %j', async (said) => {
    const server = createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(said)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    expect(await look(`http://127.0.0.1:${port}/`)).toEqual(UNSEEN);
    server.close();
  });

  it('says nothing of bytes that were compressed unasked', async () => {
    const origin = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('\x1f\x8b'));
    expect(await look(origin)).toMatchObject({ outcome: 'answered', status: 200, what: null });
  });

  it('tells nothing of who does not answer', async () => {
    expect(await look('http://127.0.0.1:9/')).toMatchObject({ outcome: 'unseen' });
    expect(await look('http://no-such-host.invalid/a.mp4')).toMatchObject({ outcome: 'unseen' });
    const plain = await serve((_, response) => response.end());
    expect(await look(plain.replace('http:', 'https:'))).toMatchObject({ outcome: 'unseen' });
  });
});

describe('[MEDIA5] a look from a server that keeps out of private networks', () => {
  const guarded = createLook({ reachesPrivate: false });

  it('asks nobody there, by whatever name or spelling', async () => {
    let asked = 0;
    const origin = await serve((_, response) => {
      asked += 1;
      response.end('#EXTM3U');
    });
    const { port } = new URL(origin);
    const hosts = ['127.0.0.1', 'localhost', '0.0.0.0', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '[::]'];
    for (const host of hosts) {
      const answer = await guarded(`http://${host}:${port}/`);
      expect([host, answer.outcome, asked]).toEqual([host, 'unseen', 0]);
    }
  });

  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '224.0.0.1',
    '255.255.255.255',
    // Azure's own, which is no private one.
    '168.63.129.16',
    '[fd00::1]',
    '[fe80::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ])('never connects to %s', async (host) => {
    // Refused before a connection is tried: one to an address that drops packets would run into the time limit.
    const endless = createLook({ reachesPrivate: false, timeoutMs: 60_000 });
    expect(await endless(`http://${host}:8080/`)).toMatchObject({ outcome: 'unseen' });
  });

  it('speaks to no port of another kind of service, also not after a redirect', async () => {
    const origin = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:22/' }).end());
    for (const url of ['http://127.0.0.1:22/', 'http://127.0.0.1:25/', origin])
      expect(await look(url)).toMatchObject({ outcome: 'unseen' });
    const elsewhere = await serve((_, response) => response.writeHead(302, { location: 'ftp://a.example/' }).end());
    expect(await look(elsewhere)).toMatchObject({ outcome: 'unseen' });
  });
});
