import type { MediaElementLike } from '@cowatch/shared/client';

/** A picture that stands for want of data longer than this is looked into, and again after as long, in milliseconds. */
export const STALL_LOOK_MS = 3000;

/**
 * Watches for a player that wants to go on and cannot.
 *
 * @param onStall told again and again while it lasts, with how long it has, in milliseconds
 * @param onOver told when it goes on
 */
export function watchStalls(
  element: MediaElementLike,
  onStall: (stalledForMs: number) => void,
  onOver: () => void,
): { isOn(): boolean; stop(): void } {
  let sinceMs: number | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  const begin = () => {
    if (sinceMs !== null || element.readyState === 0) return;
    const startMs = performance.now();
    sinceMs = startMs;
    timer = setInterval(() => onStall(performance.now() - startMs), STALL_LOOK_MS);
  };
  const end = () => {
    if (sinceMs === null || element.seeking) return;
    sinceMs = null;
    clearInterval(timer);
    onOver();
  };

  const begins = ['waiting', 'seeking'];
  const ends = ['playing', 'seeked', 'canplay', 'emptied'];
  for (const type of begins) element.addEventListener(type, begin);
  for (const type of ends) element.addEventListener(type, end);
  return {
    isOn: () => sinceMs !== null,
    stop() {
      clearInterval(timer);
      for (const type of begins) element.removeEventListener(type, begin);
      for (const type of ends) element.removeEventListener(type, end);
    },
  };
}
