import { defineConfig } from 'vitest/config';

const conditions = ['source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{shared,server,web,scripts,deploy,e2e}/**/*.test.{ts,mjs}'],
    // Many tests wait for the real parts they drive; one worker would leave the machine idle meanwhile.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for comes when it comes; on a busy machine that is later.
    expect: { poll: { timeout: 10_000 } },
  },
});
