import { CHAT_MENTIONS_MAX } from '@cowatch/shared/chat';
import { piecesOf } from '../list/rich-text.ts';

export interface NamedPerson {
  readonly memberId: string;
  readonly name: string;
}

/** The members whose names stand behind an `@` in a text, as drawn: the longest that fit. */
export function mentionedIn(text: string, people: readonly NamedPerson[]): readonly string[] {
  if (!text.includes('@')) return [];
  const mentions = people.map(({ name }) => ({ name, own: false }));
  const named = new Set(
    piecesOf(text, { durationS: null, times: false, mentions }).flatMap((piece) =>
      piece.kind === 'mention' ? [piece.text.slice(1).toLowerCase()] : [],
    ),
  );
  const ids = people.filter(({ name }) => named.has(name.toLowerCase())).map(({ memberId }) => memberId);
  return [...new Set(ids)].slice(0, CHAT_MENTIONS_MAX);
}
