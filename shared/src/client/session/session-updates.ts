import type { Access, Kept, Knock, Playback, PresenceChange, ReportResult } from '../../protocol/index.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { Membership } from './membership.ts';
import { isSoonerStart, noticeOf } from './notices.ts';
import type { SessionNotice } from './session-client.types.ts';
import type { SessionModel } from './session-model.ts';

export interface SessionUpdatesDeps {
  readonly sessionId: string;
  readonly connection: TypedConnection;
  readonly model: SessionModel;
  readonly membership: Membership;
  /** Called when there is a newer timeline, before listeners are. */
  onTimeline(): void;
  onAccess(): void;
  onNotice(notice: SessionNotice): void;
  onChange(): void;
}

/** Updates of the session, whether the server pushes them or an answer brings them: what is newer goes into the model. */
export class SessionUpdates {
  readonly #deps: SessionUpdatesDeps;

  constructor(deps: SessionUpdatesDeps) {
    this.#deps = deps;
    const { connection, membership, sessionId } = deps;
    const own = (message: { readonly sessionId: string }) => message.sessionId === sessionId;
    connection.on('playback:changed', (message) => {
      if (!own(message)) return;
      if (membership.isIn) this.#takePlayback(message);
      else membership.keepEarly(message);
    });
    connection.on('session:changed', (message) => {
      if (own(message)) this.#takeAccess(message.access);
    });
    connection.on('session:presence', (message) => {
      if (own(message) && membership.isIn) this.#takePresence(message);
    });
    connection.on('session:removed', (message) => {
      if (own(message)) membership.removed(message.reason);
    });
    connection.on('session:admitted', (message) => {
      if (own(message)) membership.admitted(message.admitted);
    });
    connection.on('session:knock', (message) => {
      if (own(message)) this.#takeWaiting(message.waiting);
    });
    connection.on('session:ended', (message) => {
      if (own(message)) membership.end('ended');
    });
  }

  /** Takes the answer to a report: it has what this client was found to be behind in. */
  takeReported(result: ReportResult): void {
    this.takePromise(result, 'report');
    if (result.playback) this.#takePlayback(result.playback);
    if (result.access) this.#takeAccess(result.access);
    if (result.presenceRevision > this.#deps.model.roster.revision) void this.fetchRoster(0);
  }

  /** Takes what an answer promises of the party. */
  takePromise(answer: Kept, of: 'command' | 'report'): void {
    const { model, membership, onNotice, onChange } = this.#deps;
    if (membership.hasLeft) return;
    const kept = model.takePromise(answer, of);
    if (kept === null) return;
    if (kept) onNotice({ kind: 'kept' });
    onChange();
  }

  async fetchRoster(offset: number): Promise<void> {
    const { connection, model, membership, sessionId, onChange } = this.#deps;
    const answer = await connection.ask('session:roster', { sessionId, offset });
    if (!answer.ok || membership.hasLeft) return;
    model.takeRoster(answer.data, offset === 0);
    onChange();
  }

  #takePlayback(incoming: Playback): void {
    const { model, onTimeline, onNotice, onChange } = this.#deps;
    const before = model.playback;
    if (!model.takePlayback(incoming)) return;
    onTimeline();
    const notice = isSoonerStart(before, incoming) ? null : noticeOf(incoming, model.memberId);
    if (notice) onNotice(notice);
    onChange();
  }

  #takeAccess(incoming: Access): void {
    const { model, onAccess, onChange } = this.#deps;
    if (!model.takeAccess(incoming)) return;
    onAccess();
    onChange();
  }

  #takeWaiting(waiting: readonly Knock[]): void {
    this.#deps.model.takeWaiting(waiting);
    this.#deps.onChange();
  }

  #takePresence(change: PresenceChange): void {
    const { model, onNotice, onChange } = this.#deps;
    const { gap, joined, left } = model.takePresence(change);
    if (gap) void this.fetchRoster(0);
    if (joined.length > 0) onNotice({ kind: 'joined', names: joined });
    if (left.length > 0) onNotice({ kind: 'left', names: left });
    onChange();
  }
}
