import type { QueueClient, QueueOutcome } from '@cowatch/shared/client';
import { useEffect, useRef, useState } from 'react';
import { readLinkList } from '../../../lib/titles/link-list.ts';
import { type AddProgress, addLinks } from './add-links.ts';

/** A list of links that is larger than this is none, in bytes. */
export const LIST_FILE_MAX_BYTES = 512 * 1024;

export interface Adding {
  /** How the last list goes, or went; null where nobody added one, or has put the note about it away. */
  readonly progress: AddProgress | null;
  /** Adds a list of links, as it was pasted or as it stands in a file. */
  list(text: string): void;
  stop(): void;
  dismiss(): void;
}

/** Adds lists of links to the queue, and tells how that goes. */
export function useAdding(queue: QueueClient): Adding {
  const [progress, setProgress] = useState<AddProgress | null>(null);
  /** A list that is given while another is being added waits for that. */
  const last = useRef(Promise.resolve());
  /** Counts what was stopped: the lists that had been given by then go no further. */
  const stops = useRef(0);
  useEffect(
    () => () => {
      stops.current += 1;
    },
    [],
  );
  return {
    progress,
    list(text) {
      const { links, refused } = readLinkList(text, window.location);
      const given = stops.current;
      const isStopped = () => stops.current !== given;
      last.current = last.current.then(async () => {
        if (isStopped()) return;
        await addLinks({
          links,
          lines: refused,
          add: (batch): Promise<QueueOutcome> => queue.add(batch),
          wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
          isStopped,
          onProgress: setProgress,
        });
      });
    },
    stop() {
      stops.current += 1;
    },
    dismiss: () => setProgress(null),
  };
}
