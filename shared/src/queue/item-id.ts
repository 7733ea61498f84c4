import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ID_CHARS = 12;

/**
 * The id of an item that an operation adds: the same for a repeat, on whatever instance. 72 bits of SHA-256.
 * @param index which of the items of that operation
 */
export function queueItemId(sessionId: string, memberId: string, opId: string, index: number): string {
  const bytes = sha256(utf8ToBytes(`${sessionId}:${memberId}:${opId}:${index}`));
  let id = '';
  for (let i = 0; i < ID_CHARS; i += 1) id += ALPHABET[(bytes[i] ?? 0) & 63];
  return id;
}
