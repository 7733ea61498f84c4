import { hkdfSync } from 'node:crypto';

/** Bytes of the server's secret and of every key derived from it. */
export const SECRET_BYTES = 32;

/** A key for one purpose from the server's secret (HKDF, RFC 5869): knowing one key says nothing about another. */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'cowatch', purpose, SECRET_BYTES));
}
