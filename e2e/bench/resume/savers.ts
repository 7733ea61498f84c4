import { connect, type Socket } from 'node:net';
import { PROTOCOL_VERSION, type ResumeSaveItem, type ResumeSaveRequest } from '@cowatch/shared/protocol';
import { monotonicMs } from '../../load/monotonic.ts';
import { clientFrame, PING, PONG, readFrames, TEXT, upgradeRequest } from '../../load/websocket.ts';

/** One device that says where it is, again and again: the next word after the answer to the last. */
export interface Saver {
  /** Starts to save until `endMs` (monotonic); resolves when the last answer is there. */
  run(endMs: number): Promise<void>;
  close(): void;
}

/** What all savers have found together. */
export interface Tally {
  readonly latenciesMs: number[];
  refused: number;
}

/** A device may say five things a second for long. */
const PAUSE_MS = 205;
const TITLES = 4;
const HOUR_MS = 3_600_000;

/** Words of one viewer about a few titles, each later than the one before. */
export function wordsOf(token: string): () => ResumeSaveRequest {
  const viewerId = token.split('.')[1] ?? '';
  const sittings = Array.from({ length: TITLES }, (_, i) => `${i}`.padStart(8, '0') + Buffer.from(viewerId).toString('hex').slice(0, 24));
  const beganMs = Date.now() - 60_000;
  let seq = 0;
  return () => {
    seq += 1;
    const item: ResumeSaveItem = {
      contentId: `title:bench-${seq % TITLES}`,
      committed: true,
      sittingId: sittings[seq % TITLES] ?? '',
      seq,
      intentAtMs: beganMs,
      savedAtMs: Date.now(),
      positionMs: (seq * 10_000) % HOUR_MS,
      durationMs: HOUR_MS,
      watchedMs: 600_000,
      state: 'active',
      previousPositionMs: null,
    };
    return { viewerId, device: { id: 'device-bench', name: 'Bench' }, items: [item] };
  };
}

/** Over a websocket, as light as can be: what is measured is the server. */
export function socketSaver(port: number, token: string, tally: Tally): Promise<Saver> {
  const next = wordsOf(token);
  let rest: Buffer = Buffer.alloc(0);
  let upgraded = false;
  let acks = 0;
  let onAck: ((text: string) => void) | null = null;
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const send = (text: string) => socket.write(clientFrame(text));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('connect', () => socket.write(upgradeRequest(`127.0.0.1:${port}`, '/socket.io/?EIO=4&transport=websocket')));
    const onFrame = (opcode: number, bytes: Buffer, from: number, to: number) => {
      if (opcode === PING) socket.write(clientFrame(Buffer.from(bytes.subarray(from, to)), PONG));
      if (opcode !== TEXT) return;
      const text = bytes.toString('latin1', from, to);
      if (text === '2') send('3');
      else if (text.startsWith('0')) send(`40${JSON.stringify({ protocol: PROTOCOL_VERSION, token })}`);
      else if (text.startsWith('40')) resolve(saver);
      else if (text.startsWith('44')) reject(new Error(text));
      else if (text.startsWith('43')) onAck?.(text);
    };
    socket.on('data', (data) => {
      let bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
      if (!upgraded) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) {
          rest = bytes;
          return;
        }
        upgraded = true;
        bytes = bytes.subarray(end + 4);
      }
      const used = readFrames(bytes, bytes.length, onFrame);
      rest = Buffer.from(bytes.subarray(used));
    });
    const saver: Saver = {
      async run(endMs) {
        while (monotonicMs() < endMs) {
          const sentMs = monotonicMs();
          const text = await new Promise<string>((answered) => {
            onAck = answered;
            acks += 1;
            send(`42${acks}${JSON.stringify(['resume:save', next()])}`);
          });
          const nowMs = monotonicMs();
          if (text.includes('"outcome":"applied"')) tally.latenciesMs.push(nowMs - sentMs);
          else tally.refused += 1;
          const waitMs = sentMs + PAUSE_MS - nowMs;
          if (waitMs > 0) await new Promise((later) => setTimeout(later, waitMs));
        }
      },
      close: () => socket.resetAndDestroy(),
    };
  });
}

/** Over HTTP, on a connection that stays open. */
export function httpSaver(port: number, tokens: readonly string[], tally: Tally): Promise<Saver> {
  const words = tokens.map((token) => ({ token, next: wordsOf(token) }));
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let rest = '';
  let onAnswer: ((text: string) => void) | null = null;
  socket.setEncoding('latin1').on('data', (data) => {
    rest += String(data);
    const end = rest.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(rest)?.[1] ?? Number.NaN);
    if (end < 0 || Number.isNaN(length) || rest.length < end + 4 + length) return;
    const whole = rest;
    rest = '';
    onAnswer?.(whole);
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('connect', () =>
      resolve({
        async run(endMs) {
          for (let i = 0; monotonicMs() < endMs; i += 1) {
            const { token, next } = words[i % words.length] as (typeof words)[number];
            const body = JSON.stringify(next());
            const sentMs = monotonicMs();
            const text = await new Promise<string>((answered) => {
              onAnswer = answered;
              socket.write(
                `POST /api/v1/resume/batch HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
              );
            });
            if (text.includes('"outcome":"applied"')) tally.latenciesMs.push(monotonicMs() - sentMs);
            else tally.refused += 1;
          }
        },
        close: () => socket.destroy(),
      }),
    );
  });
}
