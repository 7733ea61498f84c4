import { defineConfig } from 'vitest/config';

const conditions = ['source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{shared,server,web,scripts,e2e}/**/*.test.{ts,mjs}'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
