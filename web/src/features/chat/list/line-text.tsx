import { isEmoji } from '@cowatch/shared/protocol';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../ui/cx.ts';
import { useChatView } from '../chat-view.ts';
import { type Piece, piecesOf } from './rich-text.ts';

export interface LineTextProps {
  readonly text: string;
  /** What played when it was written; null for what is on its way. */
  readonly mediaId: string | null;
  readonly mentions: readonly string[];
}

/** What somebody wrote: text, and in it links, moments and names. Nothing of it is ever read as HTML. */
export function LineText({ text, mediaId, mentions }: LineTextProps) {
  const view = useChatView();
  const { members, you, durationS } = view;
  const times = mediaId === null || mediaId === view.mediaId;
  const pieces = useMemo(() => {
    const named = members.filter(({ memberId }) => mentions.includes(memberId));
    return piecesOf(text, { durationS, times, mentions: named.map(({ memberId, name }) => ({ name, own: memberId === you })) });
  }, [text, durationS, times, members, mentions, you]);
  const large = isEmojiOnly(text);
  return (
    <bdi className={cx('whitespace-pre-wrap wrap-anywhere', large && 'emoji text-3xl leading-tight')}>
      {pieces.map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other name than their place in it
        <PieceView key={index} piece={piece} />
      ))}
    </bdi>
  );
}

const LINK = 'font-medium text-accent underline underline-offset-2 wrap-anywhere';

function PieceView({ piece }: { readonly piece: Piece }) {
  const { t } = useTranslation();
  const { canJump, jump } = useChatView();
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'link':
      return (
        <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc" dir="ltr" className={LINK}>
          {piece.text}
        </a>
      );
    case 'mention':
      return (
        <bdi className={cx('rounded px-0.5 font-semibold', piece.own ? 'bg-accent text-on-accent' : 'bg-accent-soft text-accent')}>
          {piece.text}
        </bdi>
      );
    case 'time':
      return canJump ? (
        <button
          type="button"
          data-tooltip={t('chat.jumpTo', { time: piece.text })}
          aria-label={t('chat.jumpTo', { time: piece.text })}
          className={cx(LINK, 'tabular')}
          onClick={() => jump(piece.positionS)}
        >
          {piece.text}
        </button>
      ) : (
        <span
          data-tooltip={t('chat.momentOnly', { time: piece.text })}
          className="font-medium tabular underline decoration-dotted underline-offset-2"
        >
          {piece.text}
        </span>
      );
  }
}

/** Up to this many emojis alone are shown large. */
const LARGE_MAX = 6;
/** No more of them are so long, and most lines are longer. */
const LARGE_MAX_CHARS = 40;

function isEmojiOnly(text: string): boolean {
  if (text.length > LARGE_MAX_CHARS) return false;
  const shown = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment).filter((segment) => segment.trim() !== '');
  return shown.length <= LARGE_MAX && shown.every(isEmoji);
}
