import type { QueueClient } from '@cowatch/shared/client';
import { Listeners } from '@cowatch/shared/listeners';
import { useSyncExternalStore } from 'react';
import { readLinkList } from '../../../lib/titles/link-list.ts';
import { type AddProgress, addLinks } from './add-links.ts';

/** A list of links that is larger than this is none, in bytes. */
export const LIST_FILE_MAX_BYTES = 512 * 1024;

/** How long it is told that all of a list was added, in milliseconds. */
const NOTE_MS = 6000;

/** Adds lists of links to a queue, one after the other: whether its panel is shown or not. */
export class Adding {
  readonly #queue: QueueClient;
  readonly #changed = new Listeners();
  /** A list that is given while another is being added waits for that. */
  #last = Promise.resolve();
  /** Counts what was stopped: the lists that had been given by then go no further. */
  #stops = 0;
  #progress: AddProgress | null = null;

  constructor(queue: QueueClient) {
    this.#queue = queue;
  }

  readonly subscribe = this.#changed.add;

  /** How the last list goes, or went; null where nobody added one, or has put the note about it away. */
  get progress(): AddProgress | null {
    return this.#progress;
  }

  /** Adds a list of links, as it was pasted or as it stands in a file. */
  readonly list = (text: string): void => {
    const { links, refused } = readLinkList(text, window.location);
    const given = this.#stops;
    const isStopped = () => this.#stops !== given;
    this.#last = this.#last.then(async () => {
      if (isStopped()) return;
      const outcome = await addLinks({
        links,
        lines: refused,
        add: (batch) => this.#queue.add(batch),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        isStopped,
        onProgress: this.#show,
      });
      const { added, total } = outcome;
      if (added === total && total > 0 && refused.length === 0) setTimeout(() => this.#progress === outcome && this.dismiss(), NOTE_MS);
    });
  };

  readonly stop = (): void => {
    this.#stops += 1;
  };

  readonly dismiss = (): void => this.#show(null);

  readonly #show = (progress: AddProgress | null): void => {
    this.#progress = progress;
    this.#changed.emit();
  };
}

const known = new WeakMap<QueueClient, Adding>();

/** What adds lists to a queue; the same for as long as there is that queue. */
export function useAdding(queue: QueueClient): Adding {
  const adding = known.get(queue) ?? new Adding(queue);
  known.set(queue, adding);
  useSyncExternalStore(adding.subscribe, () => adding.progress);
  return adding;
}
