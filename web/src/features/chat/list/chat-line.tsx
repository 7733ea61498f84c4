import type { ChatLine } from '@cowatch/shared/protocol';
import { CloudOff, CornerUpLeft, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../ui/cx.ts';
import { useChatView, useRoom } from '../chat-view.ts';
import { refusalWords } from '../refusal-words.ts';
import { keyOf, type LineItem, type PendingItem, type SaidItem } from './chat-rows.ts';
import { LineText } from './line-text.tsx';
import { LineTools } from './line-tools.tsx';

const NO_ONE: readonly string[] = [];

export interface ChatLineViewProps {
  readonly item: SaidItem;
  /** Goes to a line that this one answers. */
  readonly onGoTo: (seq: number) => void;
}

/** One line: what was written, what it answers, and how it stands with it. */
export function ChatLineView({ item, onGoTo }: ChatLineViewProps) {
  return item.kind === 'line' ? <SentLine item={item} onGoTo={onGoTo} /> : <PendingLine item={item} onGoTo={onGoTo} />;
}

/** Arrows go from line to line; a press on a phone shows what can be done with one. */
const LINE = 'group/line relative rounded-md py-0.5 ps-12 pe-3 -outline-offset-2 hover:bg-raised/60 focus-within:bg-raised/60';

function SentLine({ item, onGoTo }: { readonly item: LineItem; readonly onGoTo: (seq: number) => void }) {
  const { t } = useTranslation();
  const { room } = useChatView();
  const { line, mentionsYou } = item;
  const unsaved = useRoom(room, (state) => state.unsaved.has(line.opId));
  return (
    <div
      data-line={keyOf(item)}
      data-seq={line.seq}
      tabIndex={-1}
      className={cx(LINE, mentionsYou && 'border-s-2 border-accent bg-accent-soft/50 ps-11.5')}
    >
      {line.replyTo === undefined ? null : <Quote seq={line.replyTo} onGoTo={onGoTo} />}
      <p>
        <LineText text={line.text} mediaId={line.mediaId} mentions={line.mentions ?? NO_ONE} />
        {line.editedAtMs === undefined ? null : <span className="ms-1.5 text-xs text-muted">({t('chat.edited')})</span>}
        {unsaved ? (
          <span data-tooltip={t('chat.unsaved')} className="ms-1.5 inline-flex align-middle text-muted">
            <CloudOff aria-hidden className="size-3.5" />
            <span className="sr-only">{t('chat.unsaved')}</span>
          </span>
        ) : null}
      </p>
      <LineTools item={item} />
    </div>
  );
}

function PendingLine({ item, onGoTo }: { readonly item: PendingItem; readonly onGoTo: (seq: number) => void }) {
  const { t } = useTranslation();
  const { room } = useChatView();
  const { error } = item;
  return (
    <div data-line={keyOf(item)} data-pending={error ? 'failed' : 'sending'} tabIndex={-1} className={LINE}>
      {item.replyTo === null ? null : <Quote seq={item.replyTo} onGoTo={onGoTo} />}
      <p className={error ? 'text-muted' : undefined}>
        <LineText text={item.text} mediaId={null} mentions={item.mentions} />
        {error ? null : (
          // What is there within half a second need not say that it is on its way.
          <span className="ms-1.5 inline-flex animate-late align-middle text-muted">
            <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
            <span className="sr-only">{t('chat.sending')}</span>
          </span>
        )}
      </p>
      {error ? (
        <div role="alert" className="flex flex-wrap items-center gap-x-1 text-xs text-danger">
          <span>{t('chat.failedWhy', { why: refusalWords(t, error) })}</span>
          <button type="button" className={SMALL} onClick={() => void room.chat.retry(item.opId)}>
            {t('chat.retry')}
          </button>
          <button type="button" className={SMALL} onClick={() => room.chat.discard(item.opId)}>
            {t('chat.discard')}
          </button>
        </div>
      ) : null}
    </div>
  );
}

const SMALL = 'inline-flex min-h-11 items-center rounded-control px-2 font-semibold underline underline-offset-2';

/** The line that another one answers, in short; a press goes there. */
function Quote({ seq, onGoTo }: { readonly seq: number; readonly onGoTo: (seq: number) => void }) {
  const { t } = useTranslation();
  const quoted = useLine(seq);
  if (quoted === undefined) return null;
  if (quoted === null) return <p className="flex items-center gap-1 text-xs text-muted italic">{t('chat.replyGone')}</p>;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="flex min-h-6 max-w-full items-center gap-1 text-xs text-muted hover:text-text pointer-coarse:min-h-11"
      onClick={() => onGoTo(seq)}
    >
      <CornerUpLeft aria-hidden className="size-3.5 shrink-0 rtl:-scale-x-100" />
      <span className="sr-only">{t('chat.replyTo')}</span>
      <bdi className="shrink-0 max-w-24 truncate font-semibold">{quoted.name}</bdi>
      <bdi className="truncate">{quoted.text}</bdi>
    </button>
  );
}

/** A line by its number: from here, or asked for; null where it is gone, undefined until that is known. */
function useLine(seq: number): ChatLine | null | undefined {
  const { room } = useChatView();
  const known = room.chat.state.items.find((item) => item.kind === 'line' && item.line.seq === seq);
  const here = known?.kind === 'line' ? known.line : null;
  const [fetched, setFetched] = useState<ChatLine | null>();
  const isHere = here !== null;
  useEffect(() => {
    if (isHere) return;
    let gone = false;
    void room.chat.find(seq).then((line) => {
      if (!gone) setFetched(line);
    });
    return () => {
      gone = true;
    };
  }, [isHere, room, seq]);
  return here ?? fetched;
}
