import type { ChatSettings } from '../protocol/chat.ts';
import { CHAT_BURST, CHAT_EVERY_MS, CHAT_LINKS_AFTER_MS, CHAT_SAME_MAX, CHAT_SAME_WITHIN_MS } from './chat.constants.ts';
import { hasLink } from './links.ts';

/** What is remembered of the lines of one person. */
export interface WriterHistory {
  /** When the next line would come if all came evenly (theoretical arrival time of GCRA), in cluster milliseconds. */
  readonly evenlyAtMs: number;
  readonly lastAtMs: number | null;
  /** Lines of the last `CHAT_SAME_WITHIN_MS`: as many as the rate lets through. */
  readonly recent: readonly { readonly opId: string; readonly digest: number; readonly atMs: number }[];
}

export const NEW_WRITER: WriterHistory = { evenlyAtMs: 0, lastAtMs: null, recent: [] };

export interface WrittenLine {
  readonly opId: string;
  /** Cleaned. */
  readonly text: string;
  readonly isHost: boolean;
  /** For how long its writer has been in the party, in milliseconds. */
  readonly presentMs: number;
}

/** Outcome of a line: taken, with what is remembered from now on, or refused. */
export type LineAdmission =
  | { readonly kind: 'taken'; readonly next: WriterHistory }
  /** `link` without a time where waiting is of no use. */
  | { readonly kind: 'refused'; readonly why: 'link' | 'slow' | 'same' | 'rate'; readonly retryAfterMs: number | null };

/** Is this a repeat of a line that was taken, on its way to be answered as before? */
export const isRepeat = ({ recent }: WriterHistory, opId: string): boolean => recent.some((line) => line.opId === opId);

/** May this line be said? Hosts are exempt from slow mode and the settings of links, and not from the rate. */
export function admitLine(history: WriterHistory, line: WrittenLine, settings: ChatSettings, nowMs: number): LineAdmission {
  const recent = history.recent.filter(({ atMs }) => nowMs - atMs < CHAT_SAME_WITHIN_MS);
  const digest = digestOf(line.text);
  const slowForMs = line.isHost || history.lastAtMs === null ? 0 : history.lastAtMs + settings.slowMs - nowMs;
  const same = recent.filter((one) => one.digest === digest);
  const evenlyAtMs = Math.max(history.evenlyAtMs, nowMs) + CHAT_EVERY_MS;
  const earlyMs = evenlyAtMs - nowMs - CHAT_BURST * CHAT_EVERY_MS;
  if (!line.isHost && settings.links !== 'everyone' && hasLink(line.text)) {
    if (settings.links === 'hosts') return { kind: 'refused', why: 'link', retryAfterMs: null };
    if (line.presentMs < CHAT_LINKS_AFTER_MS) return { kind: 'refused', why: 'link', retryAfterMs: CHAT_LINKS_AFTER_MS - line.presentMs };
  }
  if (slowForMs > 0) return { kind: 'refused', why: 'slow', retryAfterMs: slowForMs };
  if (same.length >= CHAT_SAME_MAX - 1) {
    return { kind: 'refused', why: 'same', retryAfterMs: CHAT_SAME_WITHIN_MS - (nowMs - (same.at(1 - CHAT_SAME_MAX)?.atMs ?? nowMs)) };
  }
  if (earlyMs > 0) return { kind: 'refused', why: 'rate', retryAfterMs: earlyMs };
  return { kind: 'taken', next: { evenlyAtMs, lastAtMs: nowMs, recent: [...recent, { opId: line.opId, digest, atMs: nowMs }] } };
}

/** FNV-1a, 32 bits, of the text as people read it. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5;
  const read = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u200c\u200d]+/gu, '');
  for (let i = 0; i < read.length; i += 1) hash = Math.imul(hash ^ read.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
