import type { ResumeClient, ResumeClientState } from '@cowatch/shared/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { KeyValueStorage } from '../../lib/device-storage.ts';
import { openOwnConnection } from './api.ts';
import { flushWhenLeft, openResume } from './open-resume.ts';

/** A typed connection of its own for a page that has no party, for as long as the page shows; null until it is open. */
export function useResume(storage: KeyValueStorage, wanted: boolean): ResumeClient | null {
  const [resume, setResume] = useState<ResumeClient | null>(null);
  useEffect(() => {
    if (!wanted) return;
    const connection = openOwnConnection();
    const made = openResume(connection, storage);
    const stop = flushWhenLeft(made);
    setResume(made);
    return () => {
      made.leave();
      stop();
      made.close();
      connection.close();
      setResume(null);
    };
  }, [storage, wanted]);
  return resume;
}

const never = () => () => {};

/** How a resume client stands; null without one. */
export function useResumeState(resume: ResumeClient | null): ResumeClientState | null {
  return useSyncExternalStore(resume ? (onChange) => resume.subscribe(onChange) : never, () => resume?.state ?? null);
}
