import type { MediaElementLike } from '@cowatch/shared/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Diagnosis } from '../../lib/media-fault/diagnose.ts';
import { SourceMonitor, type SourceMonitorOptions, type SourceStatus } from './source-monitor.ts';
import { STALL_LOOK_MS } from './watch-stalls.ts';

const GONE: Diagnosis = { fault: { cause: 'notFound' }, kind: null };
const AWAY: Diagnosis = { fault: { cause: 'unreachable' }, kind: null };
const NOTHING: Diagnosis = { fault: null, kind: null };

/** A source whose player is made anew with every try, as the page does; what it has reported so far is written down. */
function world(over: Partial<Pick<SourceMonitorOptions, 'isService' | 'kind'>> = {}) {
  const history = { hasPlayed: false, losses: 0 };
  const seen = { status: { kind: 'loading' } as SourceStatus, tries: 1, brokeOffAtS: null as number | null, kind: null as string | null };
  const link = { diagnosis: NOTHING };
  let element = new EventTarget();
  let stop = () => {};
  const begin = () => {
    stop();
    element = Object.assign(new EventTarget(), { readyState: 0, currentTime: 42, seeking: false, videoWidth: 640 });
    const monitor = new SourceMonitor({
      element: element as unknown as MediaElementLike,
      isService: false,
      kind: 'file',
      ...over,
      history,
      diagnose: async () => link.diagnosis,
      reports: {
        status: (next) => {
          seen.status = typeof next === 'function' ? next(seen.status) : next;
        },
        kind: (found) => {
          seen.kind = found;
        },
        brokeOff: (atS) => {
          seen.brokeOffAtS = atS;
        },
        tryAgain: () => {
          seen.tries += 1;
          begin();
        },
      },
    });
    stop = monitor.start();
  };
  begin();
  const tell = async (type: string, state: object = {}) => {
    Object.assign(element, state);
    element.dispatchEvent(new Event(type));
    await vi.advanceTimersByTimeAsync(0);
  };
  /** It loads and plays. */
  const play = async () => {
    await tell('loadedmetadata', { readyState: 4 });
    await tell('playing');
  };
  return { seen, link, tell, play, stop: () => stop() };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the monitor of a source', () => {
  it('says when it is slow, and after half a minute that it does not come up', async () => {
    const { seen, link } = world();
    link.diagnosis = AWAY;
    await vi.advanceTimersByTimeAsync(8000);
    expect(seen.status).toEqual({ kind: 'slow' });
    await vi.advanceTimersByTimeAsync(22_000);
    expect(seen.status).toEqual({ kind: 'unplayable', fault: AWAY.fault });
  });

  it('gives an embedded player up within 10 s, and asks nobody about it', async () => {
    const { seen } = world({ isService: true });
    await vi.advanceTimersByTimeAsync(8000);
    expect(seen.status).toEqual({ kind: 'unplayable', reason: 'blocked' });
  });

  it('finds out that it is of another kind', async () => {
    const { seen, link, tell } = world();
    link.diagnosis = { fault: null, kind: 'hls' };
    await tell('error');
    expect(seen).toMatchObject({ kind: 'hls', status: { kind: 'loading' } });
  });

  it('tries what broke off again, later and later, and tells why after some tries, for as long as it may come back', async () => {
    const { seen, link, tell, play } = world();
    await play();
    link.diagnosis = AWAY;
    for (const [tries, delayMs, fault] of [
      [1, 1000, null],
      [2, 2000, null],
      [3, 4000, null],
      [4, 8000, AWAY.fault],
      [5, 15_000, AWAY.fault],
      [6, 15_000, AWAY.fault],
    ] as const) {
      await tell('error');
      expect(seen).toMatchObject({ tries, brokeOffAtS: 42, status: { kind: 'lost', fault } });
      await vi.advanceTimersByTimeAsync(delayMs - 1);
      expect(seen.tries).toBe(tries);
      await vi.advanceTimersByTimeAsync(1);
      expect(seen.tries).toBe(tries + 1);
    }
    await play();
    expect(seen).toMatchObject({ brokeOffAtS: null, status: { kind: 'ready' } });
  });

  it.each([
    ['a dead link', GONE, 3],
    ['no reason that can be found', NOTHING, 6],
  ])('gives what broke off up after some tries: %s', async (_what, diagnosis, tries) => {
    const { seen, link, tell, play } = world();
    await play();
    link.diagnosis = diagnosis;
    for (let i = 0; i < tries; i += 1) {
      await tell('error');
      expect(seen.status.kind).toBe('lost');
      await vi.advanceTimersByTimeAsync(15_000);
    }
    await tell('error');
    expect(seen.status).toEqual({ kind: 'unplayable', fault: diagnosis.fault ?? { cause: 'unplayable' } });
    expect(seen.tries).toBe(tries + 1);
  });

  it('looks at the link while the picture stands: over when it goes on, given up when it is dead', async () => {
    const { seen, link, tell, play } = world();
    await play();
    link.diagnosis = AWAY;
    await tell('waiting');
    await vi.advanceTimersByTimeAsync(STALL_LOOK_MS);
    expect(seen.status).toEqual({ kind: 'lost', fault: AWAY.fault });
    await tell('canplay');
    expect(seen.status).toEqual({ kind: 'ready' });
    link.diagnosis = GONE;
    await tell('waiting');
    await vi.advanceTimersByTimeAsync(2 * STALL_LOOK_MS);
    expect(seen.status).toEqual({ kind: 'ready' });
    await vi.advanceTimersByTimeAsync(STALL_LOOK_MS);
    expect(seen).toMatchObject({ brokeOffAtS: 42, status: { kind: 'unplayable', fault: GONE.fault } });
  });

  it('says so where only the sound of a film plays', async () => {
    const { seen, link, tell } = world();
    link.diagnosis = { fault: { cause: 'codec', part: 'picture', codec: 'HEVC' }, kind: null };
    await tell('loadedmetadata', { readyState: 4, videoWidth: 0 });
    expect(seen.status).toEqual({ kind: 'unplayable', fault: link.diagnosis.fault });
  });

  it('reports nothing once it is stopped', async () => {
    const { seen, tell, stop } = world();
    stop();
    await tell('loadedmetadata', { readyState: 4 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.status).toEqual({ kind: 'loading' });
  });
});
