/** The first pause, in milliseconds; each is twice the one before, up to the longest. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Does something at once, and where it fails again and again: at growing intervals, and as soon as the network is back.
 *
 * @returns its stop
 */
export function untilItWorks(attempt: () => Promise<unknown>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let ended = false;
  const stop = () => {
    ended = true;
    clearTimeout(timer);
    window.removeEventListener('online', run);
  };
  const run = () => {
    clearTimeout(timer);
    attempt().then(stop, () => {
      if (ended) return;
      clearTimeout(timer);
      timer = setTimeout(run, pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    });
  };
  window.addEventListener('online', run);
  run();
  return stop;
}
