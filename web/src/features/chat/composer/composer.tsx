import '../chat-panel-words.ts';
import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../ui/cx.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { useChatView, useRoom } from '../chat-view.ts';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { ComposerNotes } from './composer-notes.tsx';
import { graphemesLeft } from './length.ts';
import { MentionList } from './mention-list.tsx';
import { mentionedIn } from './mentions.ts';
import { useStanding } from './standing.ts';
import { useCompletion } from './use-completion.ts';

export interface ComposerProps {
  /** Over the video; it goes once something was sent. */
  readonly over?: boolean;
  /** Beside the box. */
  readonly start?: ReactNode;
  readonly onSent?: () => void;
  /** Escape, where there is nothing left to leave. */
  readonly onLeave?: () => void;
}

/** Where one writes. Enter sends, arrow up in the empty box changes what one said last. */
export function Composer({ over = false, start, onSent, onLeave }: ComposerProps) {
  const { t } = useTranslation();
  const { client, room, members, you } = useChatView();
  const { text, editing, replyTo } = useRoom(room, (state) => state.draft);
  const [caret, setCaret] = useState(text.length);
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const standing = useStanding(client, room);
  const others = members.filter(({ memberId }) => memberId !== you);
  const put = (next: string, at: number) => {
    room.write(next);
    setCaret(at);
    moveCaret(field, at);
  };
  const completion = useCompletion(text, caret, others, put);
  useGrowing(field, text);
  const left = graphemesLeft(text);
  const canSend = text.trim() !== '' && (left === null || left >= 0) && (standing.kind === 'free' || standing.kind === 'offline');

  const send = () => {
    if (!canSend) return;
    room.submit(mentionedIn(text, others));
    field.current?.focus();
    onSent?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || completion.onKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && text === '') {
      const line = room.lastOwn();
      if (line) {
        event.preventDefault();
        room.change(line);
        setCaret(line.text.length);
        moveCaret(field, line.text.length);
      }
    } else if (event.key === 'Escape' && (editing || replyTo || onLeave)) {
      event.preventDefault();
      if (editing || replyTo) room.leave();
      else onLeave?.();
    }
  };
  return (
    <div data-chat className="relative shrink-0">
      <MentionList id={listId} completion={completion} />
      <ComposerNotes standing={standing} over={over} />
      <form
        className="flex items-end gap-0.5"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {start}
        <div className="flex min-w-0 flex-1 items-end rounded-control border border-line-strong bg-surface focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
          <textarea
            ref={field}
            data-chat-composer
            data-panel-focus
            rows={1}
            dir="auto"
            enterKeyHint="send"
            aria-label={editing ? t('chat.writeEdit') : t('chat.write')}
            aria-autocomplete="list"
            aria-controls={completion.offered.length > 0 ? listId : undefined}
            aria-activedescendant={completion.offered.length > 0 ? `${listId}-${completion.index}` : undefined}
            placeholder={editing ? t('chat.writeEdit') : t('chat.write')}
            disabled={standing.kind === 'forbidden'}
            value={text}
            onChange={(event) => {
              room.write(event.target.value);
              setCaret(event.target.selectionStart);
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            className="max-h-32 min-h-11 w-full min-w-0 resize-none bg-transparent py-2.5 ps-3 text-base leading-6 text-text outline-none placeholder:text-muted disabled:cursor-not-allowed sm:text-sm sm:leading-6"
          />
          <EmojiButton
            disabled={standing.kind === 'forbidden'}
            onPick={(emoji) => put(text.slice(0, caret) + emoji + text.slice(caret), caret + emoji.length)}
          />
          <IconButton
            type="submit"
            label={editing ? t('chat.save') : t('chat.send')}
            tooltipSide="top"
            aria-disabled={!canSend || undefined}
            className={cx(canSend && 'text-accent')}
            icon={<SendHorizontal aria-hidden className="size-5 rtl:-scale-x-100" />}
          />
        </div>
      </form>
    </div>
  );
}

/** The box is as high as what is in it, up to a few lines. */
function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [field, text]);
}

/** After React has put the text in. */
function moveCaret(field: RefObject<HTMLTextAreaElement | null>, at: number): void {
  queueMicrotask(() => field.current?.setSelectionRange(at, at));
}
