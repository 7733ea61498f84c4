import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Ticks of the kernel's CPU accounting a second, as Linux shows them to programs everywhere. */
const TICKS_PER_S = 100;

/** CPU time a process has used so far, all its threads together, in milliseconds (to 10 ms). Linux only. */
export function cpuMs(pid: number): number {
  return cpuOf(`/proc/${pid}/stat`);
}

/** The same for its main thread alone. */
export function mainThreadCpuMs(pid: number): number {
  return cpuOf(`/proc/${pid}/task/${pid}/stat`);
}

function cpuOf(path: string): number {
  const stat = readFileSync(path, 'utf8');
  // The name in brackets may hold anything; what follows it is fixed.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_S;
}

/** Options of Node for a process whose memory is measured by `keptBytes`. */
export const COLLECTABLE = ['--expose-gc', '--require', fileURLToPath(new URL('./collect-on-signal.cjs', import.meta.url))];

const COLLECTED_AFTER_MS = 400;

/** Resident memory of a process after it has collected its garbage (twice: what was freed lets go of more), in bytes. */
export async function keptBytes(pid: number): Promise<number> {
  for (let times = 0; times < 2; times += 1) {
    process.kill(pid, 'SIGUSR2');
    await new Promise((resolve) => setTimeout(resolve, COLLECTED_AFTER_MS));
  }
  return rssBytes(pid);
}

/** Resident memory of a process, in bytes. */
export function rssBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * 1024;
}

/** TCP segments the whole machine has sent so far: without a wire, what is sent is what is received. */
export function tcpSegments(): number {
  const lines = readFileSync('/proc/net/snmp', 'utf8').split('\n');
  const [names = '', values = ''] = lines.filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('OutSegs')]);
}

/** Times new connections were turned away or lost because the queue of a listening socket was full. */
export function listenOverflows(): number {
  const lines = readFileSync('/proc/net/netstat', 'utf8').split('\n');
  const [names = '', values = ''] = lines.filter((line) => line.startsWith('TcpExt:'));
  return Number(values.split(' ')[names.split(' ').indexOf('ListenOverflows')]);
}
