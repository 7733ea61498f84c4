import type { Passkey } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../protocol.testing.ts';
import { CHALLENGE_LIFE_S } from '../accounts.limits.ts';
import { codeOf, type TestBrowser, useAccountsWorld } from '../accounts.testing.ts';
import { TestAuthenticator } from './authenticator.testing.ts';

const world = useAccountsWorld();

const askForNew = async (who: TestBrowser) =>
  (await who.http('POST', '/account/passkeys/options', { password: 'correct horse' })).body as { challenge: string };

const add = (who: TestBrowser, response: object): Promise<HttpAnswer> =>
  who.http('POST', '/account/passkeys', { response, name: 'My thumb' });

const ask = async (who: TestBrowser) => (await who.http('POST', '/account/sign-in/passkey/options')).body as { challenge: string };

const signIn = (who: TestBrowser, response: object): Promise<HttpAnswer> =>
  who.http('POST', '/account/sign-in/passkey', { response, deviceName: who.name });

/** A browser that is signed in, and its authenticator with a passkey of the account. */
async function withPasskey() {
  const laptop = world.browser();
  const me = await laptop.signUp(world.newName());
  const key = new TestAuthenticator(world.server.url);
  const added = await add(laptop, key.create(await askForNew(laptop)));
  expect(added).toMatchObject({ status: 201, body: { name: 'My thumb' } });
  return { laptop, me, key, passkey: added.body as Passkey };
}

describe('a passkey', () => {
  it('[ACT2] signs in, more than once, and the guest of that browser is put aside', async () => {
    const { me, key } = await withPasskey();
    const phone = world.browser('Phone');
    const guest = await phone.me();
    expect(await signIn(phone, key.get(await ask(phone)))).toMatchObject({
      status: 200,
      body: { viewerId: me.viewerId, device: { name: 'Phone' }, guest: { viewerId: guest.viewerId } },
    });
    const tablet = world.browser('Tablet');
    expect((await signIn(tablet, key.get(await ask(tablet)))).status).toBe(200);
  });

  it('is not offered twice by an authenticator that has one, and not taken twice', async () => {
    const { laptop, key, passkey } = await withPasskey();
    expect(await askForNew(laptop)).toMatchObject({ excludeCredentials: [{ id: key.key.credentialId, transports: ['internal'] }] });
    expect(codeOf(await add(laptop, key.create(await askForNew(laptop))))).toBe('bad_request');
    expect((await laptop.http('GET', '/account/passkeys')).body).toEqual({ passkeys: [passkey] });
  });

  it('that was removed signs nobody in', async () => {
    const { laptop, key, passkey } = await withPasskey();
    expect((await laptop.http('DELETE', `/account/passkeys/${passkey.id}`)).status).toBe(204);
    const phone = world.browser('Phone');
    expect(codeOf(await signIn(phone, key.get(await ask(phone))))).toBe('unauthenticated');
  });

  it('is another account’s to remove, and nobody’s who was not asked for the password', async () => {
    const [{ passkey }, other] = [await withPasskey(), world.browser()];
    await other.signUp(world.newName());
    expect(codeOf(await other.http('DELETE', `/account/passkeys/${passkey.id}`))).toBe('not_found');
    expect(codeOf(await other.http('POST', '/account/passkeys/options', { password: 'wrong password' }))).toBe('unauthenticated');
  });
});

describe('a challenge', () => {
  it('is answered once', async () => {
    const { key } = await withPasskey();
    const phone = world.browser('Phone');
    const answer = key.get(await ask(phone));
    const cookies = new Map(phone.cookies);
    expect((await signIn(phone, answer)).status).toBe(200);
    const thief = world.browser('Thief');
    for (const [name, value] of cookies) thief.cookies.set(name, value);
    expect(codeOf(await signIn(thief, answer))).toBe('unauthenticated');
  });

  it('is answered in time, by the page that was given it, with what it asks for', async () => {
    const { laptop, key } = await withPasskey();
    const phone = world.browser('Phone');
    const late = key.get(await ask(phone));
    world.advance(CHALLENGE_LIFE_S * 1000 + 1);
    expect(codeOf(await signIn(phone, late))).toBe('unauthenticated');
    expect(codeOf(await signIn(world.browser(), key.get(await ask(phone))))).toBe('unauthenticated');
    expect(codeOf(await signIn(phone, key.get({ challenge: 'another' })))).toBe('unauthenticated');
    await ask(phone);
    expect(codeOf(await signIn(phone, { id: key.key.credentialId, type: 'public-key' }))).toBe('unauthenticated');
    // One to sign in is none for a new passkey, nor is one that another account was given.
    expect(codeOf(await add(laptop, new TestAuthenticator(world.server.url).create(await ask(laptop))))).toBe('bad_request');
    const other = world.browser();
    await other.signUp(world.newName());
    const asked = await askForNew(laptop);
    for (const [name, value] of laptop.cookies) if (!other.cookies.has(name)) other.cookies.set(name, value);
    expect(codeOf(await add(other, new TestAuthenticator(world.server.url).create(asked)))).toBe('bad_request');
  });

  it.each(['\u0000', 'x', 'x'.repeat(3000), '{}'])('that was never given out (%j) is none', async (made) => {
    const { key } = await withPasskey();
    const phone = world.browser('Phone');
    const answer = key.get(await ask(phone));
    phone.cookies.set('cowatch_challenge', encodeURIComponent(made));
    expect(codeOf(await signIn(phone, answer))).toBe('unauthenticated');
  });

  it('is signed by the key of the passkey it names, and by no copy that has signed less often', async () => {
    const [{ key }, other] = [await withPasskey(), await withPasskey()];
    const phone = world.browser('Phone');
    const forged = new TestAuthenticator(world.server.url, { ...other.key.key, credentialId: key.key.credentialId });
    expect(codeOf(await signIn(phone, forged.get(await ask(phone))))).toBe('unauthenticated');
    const copy = new TestAuthenticator(world.server.url, key.key);
    for (let signed = 0; signed < 2; signed += 1) {
      const visitor = world.browser();
      expect((await signIn(visitor, key.get(await ask(visitor)))).status).toBe(200);
    }
    expect(codeOf(await signIn(phone, copy.get(await ask(phone))))).toBe('unauthenticated');
  });

  it('is answered on a page of this address alone', async () => {
    const { key } = await withPasskey();
    const elsewhere = new TestAuthenticator('https://elsewhere.example', key.key);
    const phone = world.browser('Phone');
    expect(codeOf(await signIn(phone, elsewhere.get(await ask(phone))))).toBe('unauthenticated');
  });
});
