import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../../web/package.json', import.meta.url));
const ROOT = fileURLToPath(new URL('barest/', import.meta.url));

export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The floor: the page that `npm create vite` begins with, built and served by Vite as it comes. It has one script and no
 * content, and shares nothing with the product but React.
 */
export async function serveBarest(): Promise<Site> {
  const vite = (await import(
    pathToFileURL(createRequire(require.resolve('../package.json')).resolve('vite')).href
  )) as typeof import('vite');
  const outDir = await mkdtemp(join(tmpdir(), 'cowatch-barest-'));
  const config = {
    root: ROOT,
    configFile: false as const,
    logLevel: 'silent' as const,
    mode: 'production',
    resolve: {
      alias: ['react', 'react-dom'].map((name) => ({
        find: new RegExp(`^${name}(?=/|$)`),
        replacement: require.resolve(`${name}/package.json`).replace(/\/package\.json$/, ''),
      })),
    },
    build: { outDir, emptyOutDir: true },
    preview: { port: 0, host: '127.0.0.1' },
  };
  await vite.build(config);
  const server = await vite.preview(config);
  const [url = ''] = server.resolvedUrls?.local ?? [];
  return {
    url: url.replace(/\/$/, ''),
    async stop() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
