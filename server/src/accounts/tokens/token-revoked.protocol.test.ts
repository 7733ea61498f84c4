import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../../protocol.testing.ts';
import { codeOf, devicesOf, type TestBrowser, useAccountsWorld } from '../accounts.testing.ts';

const world = useAccountsWorld();

const clientOf = (token: string) => new RawClient(world.server.url, 'TV', { protocol: PROTOCOL_VERSION, token });
const bearer = async (token: string, path: string) => {
  const answer = await fetch(`${world.server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, code: ((await answer.json()) as { code?: string }).code };
};

describe('[TOK5] a token that ends', () => {
  let tv: TestBrowser;
  let token: string;
  let connection: RawClient;
  let closed: Promise<string>;
  beforeAll(async () => {
    const laptop = world.browser();
    tv = world.browser('TV');
    const name = world.newName();
    const { viewerId } = await laptop.signUp(name);
    await tv.signIn(name);
    token = tv.token;
    connection = clientOf(token);
    await connection.connected();
    closed = new Promise((resolve) => connection.socket.once('disconnect', resolve));
    const other = (await devicesOf(laptop)).find(({ current }) => !current);
    expect((await laptop.http('DELETE', `/devices/${other?.id}`)).status).toBe(204);
    expect((await laptop.me()).viewerId).toBe(viewerId);
  });

  it('closes its connections, and opens no more', async () => {
    expect(await closed).toBe('transport close');
    await expect(clientOf(token).connected()).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });

  it('is refused as a bearer token wherever an identity is looked at', async () => {
    for (const path of ['/me', '/devices', '/continue', '/resume/a', '/history']) {
      expect(await bearer(token, path)).toEqual({ status: 401, code: 'unauthenticated' });
    }
    expect(await bearer(token, '/media?titleId=sample')).toEqual({ status: 200 });
  });

  it('is as good as none as a cookie, and gives way to a guest’s', async () => {
    expect(await tv.http('GET', '/continue')).toMatchObject({ status: 200, body: { entries: [] } });
    expect(codeOf(await tv.http('GET', '/devices'))).toBe('unauthenticated');
    expect(tv.token).toBe(token);
    expect(await tv.me()).toMatchObject({ account: null, device: null });
    expect(tv.token).not.toBe(token);
    await clientOf(tv.token)
      .connected()
      .finally(() => connection.socket.close());
  });
});
