import type { MediaElementLike } from '@cowatch/shared/client';
import type { MediaKind } from '@cowatch/shared/protocol';
import type { Diagnosis } from '../../lib/media-fault/diagnose.ts';
import { isFinal, type MediaFault, mayPass } from '../../lib/media-fault/media-fault.ts';
import { onSourceError } from './source-errors.ts';
import { watchStalls } from './watch-stalls.ts';

export type SourceStatus =
  | { readonly kind: 'loading' | 'slow' | 'ready' }
  /** It did play, broke off, and is being tried again; with why, once it has been tried for a while. */
  | { readonly kind: 'lost'; readonly fault: MediaFault | null }
  /** What is the matter with the link, or with the player of a service (`service`, `blocked`), or the page (`chunk`). */
  | { readonly kind: 'unplayable'; readonly fault: MediaFault }
  | { readonly kind: 'unplayable'; readonly reason: 'service' | 'blocked' | 'chunk' };

/** What is known of a source from its earlier tries. */
export interface SourceHistory {
  hasPlayed: boolean;
  /** Tries in a row that broke off. */
  losses: number;
}

/** What a monitor finds out. */
export interface SourceReports {
  status(next: SourceStatus | ((now: SourceStatus) => SourceStatus)): void;
  /** It is of another kind than it was played as. */
  kind(found: MediaKind): void;
  /** Where the picture was lost, in seconds; null where it is there again. */
  brokeOff(atS: number | null): void;
  /** Time for another try, with a player made anew. */
  tryAgain(): void;
}

export interface SourceMonitorOptions {
  readonly element: MediaElementLike;
  /** An embedded third-party player. */
  readonly isService: boolean;
  /** What plays it. */
  readonly kind: MediaKind;
  readonly history: SourceHistory;
  readonly reports: SourceReports;
  /** Finds out what is the matter with the source; never rejects. */
  readonly diagnose: () => Promise<Diagnosis>;
}

/** An embedded player that has not answered by then is out of reach; people are told within 10 s. */
const SERVICE_TIMEOUT_MS = 8000;
const SLOW_MS = 8000;
/** Engines of adaptive streams can be silent for ever about what they cannot load. */
const OWN_TIMEOUT_MS = 30_000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000] as const;
/** After so many tries in vain people are told why, and what will not come back by itself is given up. */
const TELL_AFTER_TRIES = 3;
/** What has played and does not, without a reason that can be found, is given up after so many tries. */
const UNEXPLAINED_TRIES = 6;

const NO_STALL = { isOn: () => false, stop() {} };

/**
 * Source monitor: whether one try of a source can be played. What never came up is called unplayable. What broke off after it had
 * played is tried again: for as long as it takes where a network or a server is away, some times where the link is dead.
 */
export class SourceMonitor {
  readonly #options: SourceMonitorOptions;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #stall = NO_STALL;
  #isStopped = false;
  #isFailing = false;
  /** Looks in a row, while the picture stands, at which the link was dead. */
  #deadLooks = 0;

  constructor(options: SourceMonitorOptions) {
    this.#options = options;
  }

  /** Returns its stop. */
  start(): () => void {
    const { element, isService, reports } = this.#options;
    if (!isService) this.#stall = watchStalls(element, this.#onStall, () => reports.status(backFromLost));
    const stopErrors = onSourceError(element, () => this.#fail('service'));
    element.addEventListener('loadedmetadata', this.#onReady);
    element.addEventListener('playing', this.#onPlaying);
    if (element.error) this.#fail('service');
    else if (element.readyState > 0) this.#onReady();
    else if (isService) this.#after(SERVICE_TIMEOUT_MS, () => this.#fail('blocked'));
    else {
      this.#after(SLOW_MS, () => reports.status((now) => (now.kind === 'loading' ? { kind: 'slow' } : now)));
      this.#after(OWN_TIMEOUT_MS, () => this.#fail('blocked'));
    }
    return () => {
      this.#isStopped = true;
      this.#settle();
      this.#stall.stop();
      stopErrors();
      element.removeEventListener('loadedmetadata', this.#onReady);
      element.removeEventListener('playing', this.#onPlaying);
    };
  }

  readonly #onReady = (): void => {
    const { element, kind, history, reports } = this.#options;
    this.#settle();
    history.hasPlayed = true;
    reports.status({ kind: 'ready' });
    // Browsers play the sound of a film whose pictures they do not know, and say nothing.
    if (kind !== 'file' || !('videoWidth' in element) || element.videoWidth !== 0) return;
    this.#find(({ fault }) => {
      if (fault?.cause === 'codec' && fault.part === 'picture') reports.status({ kind: 'unplayable', fault });
    });
  };

  readonly #onPlaying = (): void => {
    const { history, reports } = this.#options;
    history.losses = 0;
    reports.brokeOff(null);
    reports.status({ kind: 'ready' });
  };

  /** A browser that is refused the next piece asks again and again, for minutes, and tells nobody: the link is looked at. */
  readonly #onStall = (stalledForMs: number): void => {
    const { element, reports } = this.#options;
    this.#find(({ fault }) => {
      if (this.#isFailing || !this.#stall.isOn()) return;
      this.#deadLooks = fault && isFinal(fault) ? this.#deadLooks + 1 : 0;
      if (fault && this.#deadLooks >= TELL_AFTER_TRIES) {
        reports.brokeOff(element.currentTime);
        reports.status({ kind: 'unplayable', fault });
      } else if (stalledForMs >= OWN_TIMEOUT_MS) this.#fail('blocked');
      else if (fault && mayPass(fault)) reports.status({ kind: 'lost', fault });
    });
  };

  #fail(reason: 'service' | 'blocked'): void {
    const { element, isService, history, reports } = this.#options;
    this.#settle();
    if (this.#isFailing) return;
    this.#isFailing = true;
    if (history.hasPlayed) {
      if (history.losses === 0) reports.brokeOff(element.currentTime);
      if (history.losses < TELL_AFTER_TRIES) reports.status({ kind: 'lost', fault: null });
    }
    if (!isService) this.#find((diagnosis) => this.#judge(diagnosis));
    else if (history.hasPlayed) this.#tryAgain(null);
    else reports.status({ kind: 'unplayable', reason });
  }

  #judge({ fault, kind: found }: Diagnosis): void {
    const { history, reports } = this.#options;
    const giveUp = () => reports.status({ kind: 'unplayable', fault: fault ?? { cause: 'unplayable' } });
    if (history.hasPlayed) {
      const hopeless = fault ? isFinal(fault) && history.losses >= TELL_AFTER_TRIES : history.losses >= UNEXPLAINED_TRIES;
      if (hopeless) giveUp();
      else this.#tryAgain(fault);
    } else if (found && !fault) reports.kind(found);
    else giveUp();
  }

  #tryAgain(fault: MediaFault | null): void {
    const { history, reports } = this.#options;
    reports.status({ kind: 'lost', fault: history.losses >= TELL_AFTER_TRIES ? fault : null });
    const delayMs = RETRY_MS[Math.min(history.losses, RETRY_MS.length - 1)] ?? 1000;
    history.losses += 1;
    this.#after(delayMs, reports.tryAgain);
  }

  #find(use: (diagnosis: Diagnosis) => void): void {
    void this.#options.diagnose().then((diagnosis) => this.#isStopped || use(diagnosis));
  }

  #after(delayMs: number, action: () => void): void {
    this.#timers.add(setTimeout(action, delayMs));
  }

  #settle(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

const backFromLost = (now: SourceStatus): SourceStatus => (now.kind === 'lost' ? { kind: 'ready' } : now);
