import { useEffect, useState } from 'react';

/** How long what was taken away can be had back, in milliseconds. */
const UNDO_MS = 8000;

/** What was taken away a moment ago, for as long as it can be undone; null otherwise. */
export function useUndo<T>(): readonly [T | null, (taken: T | null) => void] {
  const [taken, setTaken] = useState<T | null>(null);
  useEffect(() => {
    if (taken === null) return;
    const timer = setTimeout(() => setTaken(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [taken]);
  return [taken, setTaken];
}
