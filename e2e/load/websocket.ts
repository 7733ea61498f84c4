import { randomBytes } from 'node:crypto';

// Just enough of RFC 6455 for a client that must cost next to nothing: the upgrade, masked frames out, whole frames in.

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const FINAL = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Frames of a client are masked with any four bytes; these have to be undone like all others. */
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

/** The request that makes an HTTP connection a websocket. */
export function upgradeRequest(host: string, path: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** A frame as a client sends it: final and masked. */
export function clientFrame(payload: string | Buffer, opcode: number = TEXT): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  if (length > 0xffff) throw new RangeError('a member has no message of this size');
  const lengthBytes = length < LENGTH_16 ? 0 : 2;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + 4 + length);
  frame[0] = FINAL | opcode;
  frame[1] = MASKED | (lengthBytes === 0 ? length : LENGTH_16);
  if (lengthBytes > 0) frame.writeUInt16BE(length, 2);
  const maskAt = 2 + lengthBytes;
  for (let i = 0; i < 4; i += 1) frame[maskAt + i] = MASK[i] ?? 0;
  const start = maskAt + 4;
  if (typeof payload === 'string') frame.write(payload, start);
  else payload.copy(frame, start);
  for (let i = 0; i < length; i += 1) frame[start + i] = (frame[start + i] ?? 0) ^ (MASK[i & 3] ?? 0);
  return frame;
}

/** Called with each whole frame, in place: the bytes are only good until it returns. */
export type FrameListener = (opcode: number, bytes: Buffer, from: number, to: number) => void;

/**
 * Reads the frames at the beginning of `bytes`, up to `end`; returns where the first frame begins that is not whole.
 * @throws Error for frames that a Socket.IO server does not send: fragments, and masked ones.
 */
export function readFrames(bytes: Buffer, end: number, onFrame: FrameListener): number {
  let at = 0;
  while (end - at >= 2) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    if ((first & FINAL) === 0 || (second & MASKED) !== 0) throw new Error('not a frame that a server sends');
    let length = second;
    let start = at + 2;
    if (length === LENGTH_16) {
      if (end - at < 4) break;
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === LENGTH_64) {
      if (end - at < 10) break;
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    const next = start + length;
    if (next > end) break;
    onFrame(first & 0x0f, bytes, start, next);
    at = next;
  }
  return at;
}
