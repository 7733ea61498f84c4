/**
 * Runs something at once, and however often it is called meanwhile once more after the interval: news that come by the
 * hundred cost one question, and the last of them is never missed.
 * @param intervalMs shortest time between two runs
 */
export function throttled(run: () => void, intervalMs: number): { call(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let again = false;
  const begin = () => {
    again = false;
    run();
    timer = setTimeout(() => {
      timer = null;
      if (again) begin();
    }, intervalMs);
  };
  return {
    call() {
      if (timer === null) begin();
      else again = true;
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      again = false;
    },
  };
}
