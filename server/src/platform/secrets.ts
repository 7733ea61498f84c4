import { hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { OperatorError, onFolder } from './operator-error.ts';

/** Bytes of a secret made here, and of every key derived from one. */
const SECRET_BYTES = 32;

/** A key for one purpose from the server's secret (HKDF, RFC 5869): knowing one key says nothing about another. */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'cowatch', purpose, SECRET_BYTES));
}

/**
 * The server's secret: `AUTH_SECRET`, or else one made once and kept in the data folder, readable by its owner only.
 * @throws OperatorError when the kept one has been cut short, or neither can be read nor made.
 */
export function loadSecret(config: Pick<Config, 'authSecret' | 'dataDir'>): Buffer {
  if (config.authSecret !== null) return Buffer.from(config.authSecret, 'utf8');
  const { dataDir } = config;
  const file = join(dataDir, 'auth-secret');
  onFolder(dataDir, () => mkdirSync(dataDir, { recursive: true, mode: 0o700 }));
  const kept = onFolder(file, () => readOrNull(file) ?? makeSecret(file));
  const secret = Buffer.from(kept.trim(), 'base64url');
  if (secret.length < SECRET_BYTES) {
    throw new OperatorError(
      `DATA_DIR: the secret in ${file} is damaged: restore it from a backup, or set AUTH_SECRET, or remove it (every guest then becomes somebody new, and everybody is signed out).`,
    );
  }
  return secret;
}

/** Makes the secret whole or not at all; where two processes make it at once, both get the same. */
function makeSecret(file: string): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8');
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
