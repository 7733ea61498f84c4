import { defineConfig } from '@playwright/test';
import { chromiumLaunch, firefoxLaunch } from './fixtures/browsers.ts';

export default defineConfig({
  testDir: 'specs',
  testMatch: '**/*.spec.ts',
  outputDir: 'results',
  // One test at a time, unless whoever runs them knows that they do not disturb each other; what fails has failed.
  workers: 1,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 90_000,
  globalTimeout: 15 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: { actionTimeout: 10_000, navigationTimeout: 20_000, viewport: { width: 1280, height: 800 }, locale: 'en-GB' },
  projects: [
    { name: 'chromium', grepInvert: /@firefox/, use: { browserName: 'chromium', launchOptions: chromiumLaunch() } },
    {
      name: 'firefox',
      // Tests that start a Chromium of their own, or test what is the same everywhere, run once.
      grepInvert: /@chromium/,
      use: { browserName: 'firefox', channel: 'moz-firefox', launchOptions: firefoxLaunch() },
    },
  ],
});
