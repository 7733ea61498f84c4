import { CodedError, type Media } from '@cowatch/shared/protocol';
import type { EventBus } from '../../platform/events/event-bus.ts';
import type { TitleCatalog } from '../../titles/index.ts';
import type { SessionService } from '../session.service.ts';

export interface SessionTitlesDeps {
  readonly sessions: Pick<SessionService, 'cached' | 'readCached' | 'entitle'>;
  readonly titles: Pick<TitleCatalog, 'learn'>;
  nowMs(): number;
}

/**
 * Titles of what parties watch, which their services say later than a party can wait. Asked for when something is put on, and
 * again when somebody comes, so that one that was missed is found.
 */
export class SessionTitles {
  readonly #deps: SessionTitlesDeps;
  /** Bound: parties that this instance attends, one medium each, while its service is asked. */
  readonly #asking = new Set<string>();

  constructor(deps: SessionTitlesDeps) {
    this.#deps = deps;
  }

  /** Learns of what is put on from now on; returns its stop. */
  listen(events: EventBus): () => void {
    const stops = [
      events.on('session.committed', ({ sessionId, playback }) => {
        if (playback !== null) this.want(sessionId, playback.media);
      }),
      events.on('member.joined', async ({ sessionId }) => {
        const { sessions, nowMs } = this.#deps;
        const record = sessions.cached(sessionId) ?? (await sessions.readCached(sessionId, nowMs()).catch(() => null));
        if (record !== null) this.want(sessionId, record.playback.media);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Asks for the title of what is on where it has none. Never throws. */
  want(sessionId: string, media: Media): void {
    if (media.title === null && !this.#asking.has(sessionId)) void this.#ask(sessionId, media);
  }

  async #ask(sessionId: string, media: Media): Promise<void> {
    const { sessions, titles, nowMs } = this.#deps;
    this.#asking.add(sessionId);
    try {
      const title = (await titles.learn(media))?.title ?? null;
      if (title !== null) await sessions.entitle(sessionId, media.id, title, nowMs());
    } catch (error) {
      // Over by now, or it cannot be written: the next join asks again.
      if (!(error instanceof CodedError)) throw error;
    } finally {
      this.#asking.delete(sessionId);
    }
    // What was put on meanwhile.
    const now = sessions.cached(sessionId)?.playback.media;
    if (now !== undefined && now.id !== media.id) this.want(sessionId, now);
  }
}
