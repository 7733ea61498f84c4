import { defineConfig } from 'vitest/config';

const conditions = ['source'];

/** Pure rules, and what needs no more than Node: quick, and told apart so that they can be run after every change. */
const RULES = ['shared/src/**/*.test.ts', 'web/src/**/*.test.ts', 'server/src/**/*.domain.test.ts'];

const common = {
  testTimeout: 20_000,
  hookTimeout: 60_000,
  // What is waited for comes when it comes; on a busy machine that is later.
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // What is set up for all files is run in an environment of its own.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    projects: [
      { extends: true, test: { ...common, name: 'rules', include: RULES, pool: 'threads', isolate: false } },
      {
        extends: true,
        test: {
          ...common,
          name: 'parts',
          include: ['{server,web,scripts,deploy,e2e}/**/*.test.{ts,mjs}'],
          exclude: ['**/node_modules/**', '**/dist/**', ...RULES],
          pool: 'forks',
          // Modules are loaded once per worker and not once per file.
          isolate: false,
          globalSetup: ['server/src/platform/database/shared-postgres.testing.ts'],
        },
      },
    ],
    // Many tests wait for the real parts they drive; one worker would leave the machine idle meanwhile.
    maxWorkers: 3,
  },
});
