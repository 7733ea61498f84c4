import { useEffect, useState } from 'react';

/** Renders anew every `everyMs` milliseconds while something runs that only the clock tells. */
export function useTicks(running: boolean, everyMs: number): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => tick((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
}
