import { ArrowDown } from 'lucide-react';
import { type KeyboardEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Spinner } from '../../../ui/spinner.tsx';
import { useChat, useChatView } from '../chat-view.ts';
import { ChatGroup } from './chat-group.tsx';
import { type ChatRow, rowsOf } from './chat-rows.ts';
import { dayWords } from './chat-times.ts';
import { EmptyChat } from './empty-chat.tsx';
import { SystemLine } from './system-line.tsx';
import { useChatScroll } from './use-chat-scroll.ts';
import './chat-list.css';

/** What was said, the newest at the foot. Read aloud elsewhere, and not as fast as it may come. */
export function ChatList() {
  const { t } = useTranslation();
  const { room } = useChatView();
  const all = useChat(room, (state) => state.items);
  const isLoading = useChat(room, (state) => state.phase === 'loading' || state.isLoadingOlder);
  const { box, items, fromStart, newCount, atEnd, onScroll, toNewest, goTo } = useChatScroll(room, all);
  const rows = useMemo(() => rowsOf(items), [items]);
  const isSilent = all.every(({ kind }) => kind !== 'line' && kind !== 'pending');
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={box}
        role="log"
        aria-label={t('chat.log')}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={goOn}
        className="flex min-h-0 flex-1 flex-col overflow-y-auto overscroll-contain pt-2 pb-3 -outline-offset-2 [overflow-anchor:none]"
      >
        {isLoading ? (
          <div role="status" className="flex justify-center py-2 text-muted">
            <Spinner className="size-5 animate-late" />
            <span className="sr-only">{t('chat.loading')}</span>
          </div>
        ) : null}
        {fromStart && isSilent && !isLoading ? <EmptyChat /> : null}
        <div aria-hidden className="mt-auto" />
        {rows.map((row) => (
          <RowView key={row.key} row={row} onGoTo={goTo} />
        ))}
      </div>
      {atEnd ? null : (
        <button
          type="button"
          className="absolute bottom-2 left-1/2 chip inline-flex min-h-11 -translate-x-1/2 items-center gap-1.5 px-4 text-stage-accent"
          onClick={toNewest}
        >
          <ArrowDown aria-hidden className="size-4" />
          {newCount > 0 ? t('chat.new', { count: newCount }) : t('chat.toNewest')}
        </button>
      )}
    </div>
  );
}

function RowView({ row, onGoTo }: { readonly row: ChatRow; readonly onGoTo: (seq: number) => void }) {
  const { t } = useTranslation();
  switch (row.kind) {
    case 'group':
      return <ChatGroup row={row} onGoTo={onGoTo} />;
    case 'system':
      return <SystemLine item={row.item} earlierFilm={row.earlierFilm} />;
    case 'day':
      return <Separator rowKey={row.key} text={dayWords(row.atMs)} />;
    case 'film':
      return <Separator rowKey={row.key} text={t('chat.film')} />;
    case 'gap':
      return <Separator rowKey={row.key} text={t('chat.gap')} />;
    case 'more':
      return <Separator rowKey={row.key} text={t('chat.dropped', { count: row.count })} />;
  }
}

function Separator({ rowKey, text }: { readonly rowKey: string; readonly text: string }) {
  return (
    <p data-row={rowKey} className="flex items-center gap-3 px-4 py-2 text-xs font-medium text-muted">
      <span aria-hidden className="h-px flex-1 bg-line" />
      {text}
      <span aria-hidden className="h-px flex-1 bg-line" />
    </p>
  );
}

/** Arrows go from line to line, Home and End to the first and the last; Enter opens what can be done with one. */
function goOn(event: KeyboardEvent<HTMLElement>): void {
  const target = event.target as HTMLElement;
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-line]')];
  const at = lines.findIndex((line) => line.contains(target));
  const next = NEXT[event.key]?.(at < 0 ? lines.length : at, lines.length);
  if (next !== undefined) {
    event.preventDefault();
    lines[Math.min(lines.length - 1, Math.max(0, next))]?.focus();
  } else if (event.key === 'Enter' && target.matches('[data-line]')) {
    const menu = target.querySelector<HTMLElement>('[data-line-menu]');
    if (menu) event.preventDefault();
    menu?.click();
  }
}

const NEXT: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};
