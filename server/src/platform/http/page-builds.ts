import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../log/log.ts';

/** How many builds of the pages are kept, the one that is served now among them. */
export const KEPT_BUILDS = 4;

/** Below `DATA_DIR`: a folder for each build that was served, named by it. */
export const BUILDS_FOLDER = 'pages';

const BUILD = /^\d{13}-[0-9a-f]{8}$/;

/** The build of the pages in a folder, as its page says (`<Unix ms when it was built>-<hash>`); null where it says none. */
export function buildOf(webRoot: string): string | null {
  const page = join(webRoot, 'index.html');
  if (!existsSync(page)) return null;
  const [, build = ''] = /<meta name="cowatch-build" content="([^"]*)"/.exec(readFileSync(page, 'utf8')) ?? [];
  return BUILD.test(build) ? build : null;
}

/**
 * Cache of earlier builds: keeps a copy of what the pages fetch piece by piece, for tabs that are still open when the next build is served, and
 * forgets the oldest. Instances may share the folder: a build is there as a whole or not at all.
 *
 * @param builds folder of the kept builds
 */
export async function keepBuild(webRoot: string, builds: string, log: Logger): Promise<void> {
  const build = buildOf(webRoot);
  if (build === null) return;
  try {
    await mkdir(builds, { recursive: true, mode: 0o700 });
    const own = join(builds, build);
    if (!existsSync(own)) {
      const growing = join(builds, `.${build}.${process.pid}`);
      await cp(join(webRoot, 'assets'), join(growing, 'assets'), { recursive: true });
      // Another instance may have been quicker.
      await rename(growing, own).catch(() => rm(growing, { recursive: true, force: true }));
    }
    // The order in which they were last served, which after a step back is not the one in which they were built.
    utimesSync(own, new Date(), new Date());
    for (const old of keptBuilds(builds).slice(KEPT_BUILDS)) {
      await rm(join(builds, old), { recursive: true, force: true });
    }
  } catch (error) {
    const { message } = error as Error;
    log.warn({ reason: message }, 'the pages are not kept for the tabs that will be open after the next update');
  }
}

/** The root of a kept build that has a file below `assets`; null where none has it. */
export function keptRoot(builds: string, file: string): string | null {
  for (const build of keptBuilds(builds)) {
    const root = join(builds, build);
    if (existsSync(join(root, 'assets', file))) return root;
  }
  return null;
}

/** The names of the kept builds, the one that was served last first. */
function keptBuilds(builds: string): string[] {
  if (!existsSync(builds)) return [];
  const lastServed = (build: string) => statSync(join(builds, build), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(builds)
    .filter((name) => BUILD.test(name))
    .map((build) => ({ build, atMs: lastServed(build) }))
    .sort((a, b) => b.atMs - a.atMs)
    .map(({ build }) => build);
}
