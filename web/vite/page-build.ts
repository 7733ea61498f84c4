import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/**
 * Writes into the page which build it is of: when it was built, in Unix milliseconds, and a hash of everything in it.
 * The server reads it there and tells it to pages that are open; the same sources make the same hash.
 */
export function pageBuild(): Plugin {
  return {
    name: 'cowatch:page-build',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const hash = createHash('sha256').update(html);
        // The names of the files are made from their content.
        for (const name of Object.keys(bundle).sort()) hash.update(`\0${name}`);
        const build = `${Date.now()}-${hash.digest('hex').slice(0, 8)}`;
        return [{ tag: 'meta', attrs: { name: 'cowatch-build', content: build }, injectTo: 'head' }];
      },
    },
  };
}
