const TICK_MS = 5000;

/** Browsers ring the timers of hidden pages once a minute: a longer silence is a sleep, of the machine or of the page. */
const SLEPT_FROM_MS = 90_000;

/**
 * Calls back when somebody looks at the page again after the machine or the page slept: a laptop that was closed, a phone
 * that was locked. Returns its stop.
 *
 * @param onWake told for how long, in milliseconds
 */
export function onSlept(onWake: (sleptMs: number) => void): () => void {
  let aliveAtMs = Date.now();
  let sleptMs = 0;
  const look = () => {
    const nowMs = Date.now();
    if (nowMs - aliveAtMs > SLEPT_FROM_MS) sleptMs = nowMs - aliveAtMs;
    aliveAtMs = nowMs;
    if (sleptMs === 0 || document.visibilityState !== 'visible') return;
    const slept = sleptMs;
    sleptMs = 0;
    onWake(slept);
  };
  const timer = setInterval(look, TICK_MS);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pageshow', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('pageshow', look);
  };
}
