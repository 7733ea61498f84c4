import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

// scrypt (RFC 7914): 32 MiB and about 60 ms a hash.
const COST = 16_384;
const BLOCK_SIZE = 16;
const PARALLEL = 1;
const KEY_BYTES = 64;
const SALT_BYTES = 16;

/** A password as it is kept: `<salt>:<key>`, both in hex. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES).toString('hex');
  return `${salt}:${(await keyOf(password, salt)).toString('hex')}`;
}

/** Whether a password is the one that was hashed. Takes as long where nothing was (null). */
export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  const [salt = '', key = ''] = hash?.split(':') ?? [];
  const [expected, given] = [Buffer.from(key, 'hex'), await keyOf(password, salt)];
  return expected.length === KEY_BYTES && timingSafeEqual(expected, given);
}

/** The salt counts as text: hex is not decoded. */
function keyOf(password: string, salt: string): Promise<Buffer> {
  const options = { N: COST, r: BLOCK_SIZE, p: PARALLEL, maxmem: 2 * 128 * COST * BLOCK_SIZE };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
