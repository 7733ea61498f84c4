import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LinkLook } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { startTestServer, type TestServer } from '../protocol.testing.ts';

let site: Server;
let address: string;
let asked = 0;
let home: TestDatabase;
const servers: TestServer[] = [];
beforeAll(async () => {
  home = await openPostgresTestDatabase();
  site = createServer((_, response) => {
    asked += 1;
    response.writeHead(403).end();
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', () => resolve()));
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}/film.mp4`;
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  site.closeAllConnections();
  site.close();
  await home.remove();
});

async function serverThat(env: Record<string, string>) {
  const server = await startTestServer({ env, database: home.database });
  servers.push(server);
  return async (url: string) => {
    const answer = await fetch(`${server.url}/api/v1/media/look?url=${encodeURIComponent(url)}`);
    return { status: answer.status, body: (await answer.json()) as LinkLook & { readonly code?: string } };
  };
}

describe('[MEDIA5] the server looks at a link', () => {
  it('in private networks only where its operator wants that', async () => {
    const all = await serverThat({ LINK_CHECKS: 'all' });
    expect(await all(address)).toMatchObject({ status: 200, body: { outcome: 'answered', status: 403 } });
    expect(asked).toBe(1);
    for (const mode of ['public', 'off']) {
      const look = await serverThat({ LINK_CHECKS: mode });
      expect(await look(address)).toMatchObject({ status: 200, body: { outcome: 'unseen', status: null } });
    }
    expect(asked).toBe(1);
  });

  it('that is one, and not at services whose players say themselves what is wrong', async () => {
    const look = await serverThat({ LINK_CHECKS: 'all' });
    expect(await look('nothing at all')).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    expect(await look('https://youtu.be/aqz-KE-bpKQ')).toMatchObject({ status: 200, body: { outcome: 'unseen' } });
  });

  it('so often, and no more', async () => {
    const look = await serverThat({ LINK_CHECKS: 'public', REQUESTS_PER_MINUTE_PER_IP: '20' });
    const statuses = [];
    for (let i = 0; i < 21; i += 1) statuses.push((await look(address)).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
  });
});
