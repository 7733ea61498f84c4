import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deriveKey, loadSecret } from './secrets.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cwsec-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('loadSecret', () => {
  it('makes a secret once and keeps it to its owner', () => {
    const inside = join(dataDir, 'made', 'too');
    const secret = loadSecret({ authSecret: null, dataDir: inside });
    expect(secret).toHaveLength(32);
    expect(loadSecret({ authSecret: null, dataDir: inside })).toEqual(secret);
    expect(statSync(join(inside, 'auth-secret')).mode & 0o777).toBe(0o600);
    expect(loadSecret({ authSecret: null, dataDir })).not.toEqual(secret);
  });

  it('takes AUTH_SECRET and then writes nothing', () => {
    expect(loadSecret({ authSecret: 'x'.repeat(40), dataDir: '/nonexistent' }).toString()).toBe('x'.repeat(40));
  });

  it('refuses a damaged one rather than sign with little', () => {
    writeFileSync(join(dataDir, 'auth-secret'), 'abc\n');
    expect(() => loadSecret({ authSecret: null, dataDir })).toThrow(/the secret in .*auth-secret is damaged/);
  });
});

describe('deriveKey', () => {
  it('gives each purpose its own key, the same each time', () => {
    const secret = Buffer.alloc(32, 7);
    expect(deriveKey(secret, 'a')).toHaveLength(32);
    expect(deriveKey(secret, 'a')).toEqual(deriveKey(secret, 'a'));
    expect(deriveKey(secret, 'a')).not.toEqual(deriveKey(secret, 'b'));
    expect(deriveKey(Buffer.alloc(32, 8), 'a')).not.toEqual(deriveKey(secret, 'a'));
  });
});
