import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Call, CallName, ConnectResult, CrowdPlan, GeneratorCalls, GeneratorReading, Reply } from './generator.types.ts';
import { monotonicMs } from './monotonic.ts';

const PROGRAM = fileURLToPath(new URL('./generator.process.ts', import.meta.url));

/** Time for the word to get round before everybody begins at once, in milliseconds. */
const BEGIN_AFTER_MS = 100;

/** Processes full of members: a crowd. */
export interface Generators {
  /** Makes members, shared out among the processes; they connect with the next `connect`. */
  prepare(plan: Omit<CrowdPlan, 'network'>): Promise<void>;
  /** Connects those who were prepared; null: all at once. Answers when each has joined, or the time is up. */
  connect(atOnce: number | null, withinMs: number): Promise<ConnectResult & { readonly beganAtMs: number }>;
  /** From now on reports go out as if everybody had long been there; answers with their interval, in milliseconds. */
  settle(): Promise<number>;
  reset(): Promise<void>;
  read(): Promise<GeneratorReading>;
  cut(): Promise<void>;
  stop(): void;
}

class Generator {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  #ids = 0;

  constructor() {
    this.#child = fork(PROGRAM, { serialization: 'advanced', execArgv: process.execArgv });
    this.#child.on('message', (reply: Reply) => {
      const asked = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.ok) asked?.resolve(reply.result as never);
      else asked?.reject(new Error(reply.error));
    });
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a load generator ended with code ${code}`));
    });
  }

  ask<N extends CallName>(name: N, ...[argument]: Parameters<GeneratorCalls[N]>): Promise<ReturnType<GeneratorCalls[N]>> {
    this.#ids += 1;
    const call: Call = { id: this.#ids, name, argument };
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, { resolve, reject });
      this.#child.send(call);
    });
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Starts so many processes that wait for members. */
export function startGenerators(count = 2): Generators {
  const generators = Array.from({ length: count }, () => new Generator());
  const all = <T>(ask: (generator: Generator, index: number) => Promise<T>) => Promise.all(generators.map(ask));
  let networks = 0;
  return {
    async prepare(plan) {
      const share = (index: number) => Math.floor((plan.members + count - 1 - index) / count);
      networks = (networks + count) % 240;
      const first = networks + 1;
      await all((generator, index) => generator.ask('prepare', { ...plan, members: share(index), network: first + index }));
    },
    async connect(atOnce, withinMs) {
      const beganAtMs = monotonicMs() + BEGIN_AFTER_MS;
      const each = atOnce === null ? null : Math.max(1, Math.floor(atOnce / count));
      const results = await all((generator) => generator.ask('connect', { atMs: beganAtMs, atOnce: each, withinMs }));
      return {
        beganAtMs,
        joinedMs: joinArrays(results.map(({ joinedMs }) => joinedMs)),
        turnedAway: results.reduce((sum, { turnedAway }) => sum + turnedAway, 0),
      };
    },
    async settle() {
      return Math.max(...(await all((generator) => generator.ask('settle'))));
    },
    async reset() {
      await all((generator) => generator.ask('reset'));
    },
    async read() {
      const readings = await all((generator) => generator.ask('read'));
      const sum = (pick: (reading: GeneratorReading) => number) => readings.reduce((total, reading) => total + pick(reading), 0);
      const heard = new Map<number, Float64Array[]>();
      for (const [positionS, times] of readings.flatMap((reading) => reading.heard)) {
        heard.set(positionS, [...(heard.get(positionS) ?? []), times]);
      }
      return {
        joined: sum(({ joined }) => joined),
        lost: readings.flatMap(({ lost }) => lost),
        bytesIn: sum(({ bytesIn }) => bytesIn),
        bytesOut: sum(({ bytesOut }) => bytesOut),
        framesIn: sum(({ framesIn }) => framesIn),
        heard: [...heard].map(([positionS, parts]) => [positionS, joinArrays(parts)] as const),
        cpuMs: sum(({ cpuMs }) => cpuMs),
      };
    },
    async cut() {
      await all((generator) => generator.ask('cut'));
    },
    stop() {
      for (const generator of generators) generator.stop();
    },
  };
}

function joinArrays(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
