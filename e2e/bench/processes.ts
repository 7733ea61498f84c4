import { readdirSync, readFileSync } from 'node:fs';

/** Processes as Linux shows them; elsewhere there are none to be seen. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      // The name in brackets may hold anything; what follows it is fixed.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      found.push({ pid: Number(name), parent, command });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** The direct children of this process. */
export function childPids(): Set<number> {
  return new Set(
    processes()
      .filter(({ parent }) => parent === process.pid)
      .map(({ pid }) => pid),
  );
}

/** The processes that run pages, under one browser's own process: Chromium's renderers, Firefox's tab processes. */
export function rendererPids(browserPids: ReadonlySet<number>): number[] {
  const all = processes();
  const family = new Set(browserPids);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all) {
      if (family.has(parent) && !family.has(pid)) {
        family.add(pid);
        grown = true;
      }
    }
  }
  return all
    .filter(({ pid, command }) => family.has(pid) && (/--type=renderer/.test(command) || /-contentproc .*\btab\b/.test(command)))
    .map(({ pid }) => pid);
}
