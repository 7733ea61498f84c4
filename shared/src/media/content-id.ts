import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { charsOf } from '../protocol/index.ts';
import { CONTENT_ID_MAX_CHARS } from '../resume/resume.constants.ts';
import type { MediaUrl } from './media-url.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * The one name a title has everywhere: `yt:<id>`, `vimeo:<id>` and so on where the service has ids that are no longer
 * than a content id may be, else `url:<base64url of the SHA-256 of the normalised address>`.
 */
export function contentIdOf({ serviceId, normalizedUrl }: Pick<MediaUrl, 'serviceId' | 'normalizedUrl'>): string {
  if (serviceId !== null && charsOf(serviceId) <= CONTENT_ID_MAX_CHARS) return serviceId;
  return contentIdOfNormalized(normalizedUrl);
}

/** The name of what has no id but its normalised address. */
export function contentIdOfNormalized(normalizedUrl: string): string {
  return `url:${base64url(sha256(utf8ToBytes(normalizedUrl)))}`;
}

/** RFC 4648 §5, without padding. */
function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const word = (a << 16) | (b << 8) | c;
    const digits = [18, 12, 6, 0].map((shift) => BASE64URL[(word >> shift) & 63]).join('');
    text += digits.slice(0, bytes.length - i + 1);
  }
  return text;
}
