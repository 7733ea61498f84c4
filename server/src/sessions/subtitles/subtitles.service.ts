import { createHash } from 'node:crypto';
import { type AddedSubtitles, type AddSubtitlesRequest, CodedError, SUBTITLES_MAX_BYTES } from '@cowatch/shared/protocol';
import type { Logger } from '../../platform/log/log.ts';
import type { Caller, Door } from '../door/door.service.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { SessionService } from '../session.service.ts';
import type { SubtitleStore } from './subtitles.store.ts';

export interface SubtitleServiceDeps {
  readonly sessions: SessionService;
  readonly store: SubtitleStore;
  readonly roster: Pick<LocalRoster, 'nameOf'>;
  readonly door: Pick<Door, 'assertOpen'>;
  readonly log: Logger;
}

/** Subtitle files for everyone: the text is written down first, then the party is told. Times are cluster milliseconds. */
export class SubtitleService {
  readonly #deps: SubtitleServiceDeps;

  constructor(deps: SubtitleServiceDeps) {
    this.#deps = deps;
  }

  /**
   * Adds a file to what plays. A repeat of an operation adds nothing more and is answered alike.
   * @throws CodedError `too_large`, `bad_request` for a text that is not WebVTT; as `changeSubtitles` refuses; `unavailable`
   *   while the text cannot be written down.
   */
  async add(
    sessionId: string,
    caller: Caller & { readonly viewerId: string },
    request: AddSubtitlesRequest,
    nowMs: number,
  ): Promise<AddedSubtitles> {
    const { sessions, store, roster, door } = this.#deps;
    const { opId, mediaId, label, language = null, text } = request;
    assertWebVtt(text);
    await door.assertOpen(await sessions.read(sessionId, nowMs), caller, nowMs);
    const memberId = sessions.memberId(sessionId, caller.viewerId);
    const actor = { memberId, name: roster.nameOf(sessionId, memberId) ?? request.name };
    const track = { id: subtitleIdFor(sessionId, memberId, opId), mediaId, label, language };
    const command = { kind: 'add-subtitles', sessionId, opId, issuedAtMs: nowMs, track } as const;
    // Nothing is written down for who may not.
    const before = await sessions.foresee(sessionId, actor, command, nowMs);
    await store.put(sessionId, track.id, text, nowMs);
    const candidates = [...(before.access.subtitles ?? []), track];
    try {
      const { kept } = await sessions.command(sessionId, actor, command, nowMs);
      return { ...track, addedBy: actor, ...(kept === false ? { kept } : {}) };
    } finally {
      // What made way, and what was refused or removed meanwhile.
      await this.#forgetUnlisted(
        sessionId,
        candidates.map(({ id }) => id),
        nowMs,
      );
    }
  }

  /**
   * The text of a file that is in the party.
   * @throws CodedError `not_found`, `forbidden` to whom the party is not open, `unavailable`
   */
  async read(sessionId: string, id: string, caller: Caller, nowMs: number): Promise<string> {
    const { sessions, store, door } = this.#deps;
    const record = await sessions.read(sessionId, nowMs);
    await door.assertOpen(record, caller, nowMs);
    const isListed = record.access.subtitles?.some((track) => track.id === id) ?? false;
    const vtt = isListed ? await store.load(sessionId, id) : null;
    if (vtt === null) throw new CodedError('not_found', 'There are no such subtitles here.');
    return vtt;
  }

  /** Takes a file away from everybody; resolves once that is durable. @throws CodedError as `changeSubtitles` refuses, `unavailable` */
  async remove(sessionId: string, id: string, viewerId: string, opId: string, nowMs: number): Promise<void> {
    const { sessions } = this.#deps;
    const actor = { memberId: sessions.memberId(sessionId, viewerId), name: '' };
    const command = { kind: 'remove-subtitles', sessionId, opId, issuedAtMs: nowMs, subtitleId: id } as const;
    await sessions.command(sessionId, actor, command, nowMs);
    await this.#forgetUnlisted(sessionId, [id], nowMs);
  }

  /** What is in no list is read by nobody; what could not be forgotten now goes with its party. */
  async #forgetUnlisted(sessionId: string, ids: readonly string[], nowMs: number): Promise<void> {
    const { sessions, store, log } = this.#deps;
    try {
      const { subtitles = [] } = (await sessions.read(sessionId, nowMs)).access;
      const listed = new Set(subtitles.map(({ id }) => id));
      await store.remove(
        sessionId,
        ids.filter((id) => !listed.has(id)),
      );
    } catch (error) {
      log.debug({ err: error, sessionId }, 'subtitles that are in no party any more could not be forgotten yet');
    }
  }
}

/** The same for a repeat, on whatever instance; of another operation always another one, so that none comes back that was removed. */
function subtitleIdFor(sessionId: string, memberId: string, opId: string): string {
  return createHash('sha256').update(`${sessionId}:${memberId}:${opId}`).digest('base64url').slice(0, 22);
}

/** The signature of a file and a line that makes a cue (WebVTT, section 4.1). @throws CodedError `too_large`, `bad_request` */
function assertWebVtt(text: string): void {
  if (Buffer.byteLength(text) > SUBTITLES_MAX_BYTES) {
    throw new CodedError('too_large', 'These subtitles are larger than 512 KiB.');
  }
  const isWebVtt = /^\uFEFF?WEBVTT(?=[ \t\r\n]|$)/.test(text) && /^[\d:.]+[ \t]+-->[ \t]+[\d:.]+/m.test(text);
  if (!isWebVtt) throw new CodedError('bad_request', 'text: is not WebVTT with a cue in it');
}
