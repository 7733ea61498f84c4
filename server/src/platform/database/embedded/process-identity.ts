import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for good: process ids are used again, together with the start they are not. */
export interface ProcessIdentity {
  /** Machine (or container) and boot: a pid means something only there. */
  readonly place: string;
  readonly pid: number;
  readonly started: string;
}

/** Who this process is. */
export function ownIdentity(): ProcessIdentity {
  return { place: ownPlace(), pid: process.pid, started: startOf(process.pid) ?? 'unknown' };
}

/** True where the process is known to run; false where it does not, or runs where it cannot be seen from here. */
export function runsHere(identity: ProcessIdentity): boolean {
  return identity.place === ownPlace() && startOf(identity.pid) === identity.started;
}

function ownPlace(): string {
  return `${hostname()} ${readOrNull('/proc/sys/kernel/random/boot_id') ?? 'no boot id'}`;
}

/** When a process was started, in whatever way this system says it; null where it does not run. */
function startOf(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat !== null) {
    // State is field 3 and start time field 22; the name in field 2 may hold spaces and brackets, so count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that has ended but was not yet asked for by its parent (for ever, in some containers) runs no more.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  }
  if (process.platform === 'linux') return null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
