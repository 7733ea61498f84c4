import type { ChatChange, QueueCause } from '../../protocol/index.ts';
import type { SessionNotice } from '../session/session-client.types.ts';
import type { SystemNote } from './chat.types.ts';

/** What happens again within so many milliseconds, with nothing said in between, is one note. */
export const COALESCE_WITHIN_MS = 20_000;

/** Most names in a note about many. */
const NAMES_MAX = 5;

/** The note that a notice makes; null for what is no matter of everybody's. */
export function noteOf(notice: SessionNotice): SystemNote | null {
  switch (notice.kind) {
    case 'played':
    case 'paused':
    case 'loaded':
      return { what: notice.kind, names: [notice.name] };
    case 'jumped':
      return { what: 'jumped', names: [notice.name], positionS: notice.positionS, fromPositionS: notice.fromPositionS };
    case 'rate':
      return { what: 'rate', names: [notice.name], rate: notice.rate };
    case 'joined':
    case 'left':
      return { what: notice.kind, names: notice.names.slice(0, NAMES_MAX), more: Math.max(0, notice.names.length - NAMES_MAX) };
    default:
      return null;
  }
}

/** The note that a change of the queue makes; null for what is no more than its order. */
export function noteOfQueue({ kind, name, title, count }: QueueCause): SystemNote | null {
  if (kind !== 'add' || name === null) return null;
  return { what: 'queued', names: [name], titles: title === null ? [] : [title], more: title === null ? count : count - 1 };
}

/** The note that a change of the chat makes; null for those of single lines. */
export function noteOfChange(change: ChatChange): SystemNote | null {
  if (change.kind === 'settings') return { what: 'settings', by: change.name, settings: change.settings };
  return change.kind === 'cleared' ? { what: 'cleared', by: change.name } : null;
}

/** One note in the place of two that follow each other; null where both are to be told. */
export function coalesced(last: SystemNote, next: SystemNote): SystemNote | null {
  if ((last.what === 'joined' || last.what === 'left') && last.what === next.what) {
    return { ...last, ...gathered(last.names, next.names, last.more + next.more) };
  }
  if (last.what === 'queued' && next.what === 'queued' && isSame(last.names, next.names)) {
    const { names: titles, more } = gathered(last.titles, next.titles, last.more + next.more);
    return { ...last, titles, more };
  }
  // Who drags about has jumped once: from where it began.
  if (last.what === 'jumped' && next.what === 'jumped' && isSame(last.names, next.names)) {
    return { ...next, fromPositionS: last.fromPositionS };
  }
  return null;
}

function gathered(first: readonly string[], then: readonly string[], more: number) {
  const all = [...new Set([...first, ...then])];
  return { names: all.slice(0, NAMES_MAX), more: more + Math.max(0, all.length - NAMES_MAX) };
}

const isSame = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((name, i) => name === b[i]);
