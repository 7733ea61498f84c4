import { createHash } from 'node:crypto';
import { CodedError } from '@cowatch/shared/protocol';
import sharp from 'sharp';
import { Semaphore } from '../../platform/semaphore.ts';
import {
  DRAW_TIMEOUT_S,
  DRAWN_AT_ONCE,
  DRAWN_WAITING_MAX,
  PICTURE_MAX_BYTES,
  PICTURE_SIDE,
  SOURCE_MAX_PIXELS,
  SOURCE_MIN_SIDE,
} from '../titles.limits.ts';
import type { Picture } from './facts.store.ts';

/**
 * Draws a picture anew: JPEG, PNG or WebP of any origin becomes a WebP of at most `PICTURE_SIDE` pixels a side, without
 * anything of the file it came in.
 * @throws CodedError `bad_request` for what is no such picture, `too_large` for one of too many pixels, `unavailable`
 */
export type DrawPicture = (bytes: Buffer) => Promise<Picture>;

/** Formats by how they begin. Nothing else reaches the decoder, least of all what is a program: SVG, PDF. */
const SIGNATURES: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.readUIntBE(0, 3) === 0xffd8ff,
  (bytes) => bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
  (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
];
const SIGNATURE_BYTES = 12;

/** Qualities that are tried one after the other until a picture is small enough. */
const QUALITIES = [74, 50, 20];

const RETRY_MS = 2000;

export function createDrawPicture(): DrawPicture {
  sharp.cache(false);
  sharp.concurrency(1);
  // Its decoders for everything else are not to be reached by any file, whatever that says of itself.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] });
  const turns = new Semaphore({ permits: DRAWN_AT_ONCE, waitingMax: DRAWN_WAITING_MAX, retryAfterMs: RETRY_MS });
  return async (bytes) => {
    if (bytes.length <= SIGNATURE_BYTES || !SIGNATURES.some((is) => is(bytes))) throw notAPicture();
    return turns.run(() => draw(bytes));
  };
}

async function draw(bytes: Buffer): Promise<Picture> {
  const options = { failOn: 'error', pages: 1, sequentialRead: true } as const;
  // Only the head of the file is read for it.
  const { width = 0, height = 0 } = await sharp(bytes, { ...options, limitInputPixels: false })
    .metadata()
    .catch(refuse);
  if (width * height > SOURCE_MAX_PIXELS) throw new CodedError('too_large', 'This picture has too many pixels.');
  if (Math.min(width, height) < SOURCE_MIN_SIDE) throw notAPicture();
  for (const quality of QUALITIES) {
    const webp = await sharp(bytes, { ...options, limitInputPixels: SOURCE_MAX_PIXELS })
      .autoOrient()
      .resize({ width: PICTURE_SIDE, height: PICTURE_SIDE, fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .timeout({ seconds: DRAW_TIMEOUT_S })
      .toBuffer()
      .catch(refuse);
    if (webp.length <= PICTURE_MAX_BYTES) return { webp, tag: createHash('sha256').update(webp).digest('base64url').slice(0, 22) };
  }
  throw new CodedError('too_large', 'This picture does not become small enough.');
}

function refuse(): never {
  throw notAPicture();
}

const notAPicture = () => new CodedError('bad_request', 'This is no picture as JPEG, PNG or WebP.');
