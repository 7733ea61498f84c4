import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageMatcher } from './platform/http/pages.ts';
import { startTestServer, type TestServer } from './protocol.testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe('the composed server', () => {
  const isPage = (path: string) => pageMatcher(server.features.flatMap(({ pages }) => pages ?? [])).test(path);

  it('has every page that the application routes to', () => {
    const routes = readFileSync(new URL('../../web/src/app/router.tsx', import.meta.url), 'utf8');
    const paths = [...routes.matchAll(/ path: '([^']+)'/g)].map(([, path = '']) => path.replace(/\$\w+/g, 'AbC'));
    expect(paths.length).toBeGreaterThan(5);
    for (const path of [...paths, '/library', '/replay/x', '/watch/']) expect([path, isPage(path)]).toEqual([path, true]);
    for (const path of ['/nowhere', '/s/', '/s/a/b', '/account/x']) expect([path, isPage(path)]).toEqual([path, false]);
  });

  it('lets the players of other sites in', async () => {
    const { headers } = await fetch(`${server.url}/s/x`);
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/script-src 'self' [^;]*https:\/\/www\.youtube\.com/);
    expect(policy).toMatch(/frame-src 'self' [^;]*https:\/\/player\.vimeo\.com/);
  });

  it('describes the cookie that identifies people by its name', async () => {
    const api = (await (await fetch(`${server.url}/openapi.json`)).json()) as Described;
    const events = (await (await fetch(`${server.url}/asyncapi.json`)).json()) as Described;
    for (const { components } of [api, events]) expect(components.securitySchemes.viewerCookie?.name).toBe('cowatch_viewer');
  });
});

interface Described {
  readonly components: { readonly securitySchemes: Readonly<Record<string, { readonly name: string } | undefined>> };
}
