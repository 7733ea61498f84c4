import '../chat-panel-words.ts';
import { SendHorizontal } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../ui/cx.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { ComposerNotes } from './composer-notes.tsx';
import { MentionList } from './mention-list.tsx';
import { isClosed } from './standing.ts';
import { type ComposerOptions, useComposer } from './use-composer.ts';

export interface ComposerProps extends ComposerOptions {
  /** Over the video. */
  readonly over?: boolean;
  /** Beside the box. */
  readonly start?: ReactNode;
}

/** Where one writes. */
export function Composer({ over = false, start, ...options }: ComposerProps) {
  const { t } = useTranslation();
  const composer = useComposer(options);
  const { text, editing, standing, completion, canSend } = composer;
  const listId = useId();
  const label = editing ? t('chat.writeEdit') : t('chat.write');
  const closed = isClosed(standing);
  return (
    <div data-chat className="relative shrink-0">
      <MentionList id={listId} completion={completion} />
      <ComposerNotes standing={standing} over={over} />
      <form
        className="flex items-end gap-0.5"
        onSubmit={(event) => {
          event.preventDefault();
          composer.send();
        }}
      >
        {start}
        <div className="flex min-w-0 flex-1 items-end rounded-control border border-line-strong bg-surface has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:outline-offset-2 has-[textarea:focus-visible]:outline-accent">
          <textarea
            ref={composer.field}
            data-chat-composer
            data-panel-focus
            rows={1}
            dir="auto"
            enterKeyHint="send"
            aria-label={label}
            aria-autocomplete="list"
            aria-controls={completion.offered.length > 0 ? listId : undefined}
            aria-activedescendant={completion.offered.length > 0 ? `${listId}-${completion.index}` : undefined}
            placeholder={label}
            disabled={closed}
            value={text}
            onChange={(event) => composer.onChange(event.target)}
            onSelect={(event) => composer.onCaret(event.currentTarget)}
            onKeyDown={composer.onKeyDown}
            className="max-h-32 min-h-11 w-full min-w-0 resize-none rounded-control bg-transparent py-2.5 ps-3 text-base leading-6 text-text outline-none placeholder:text-muted disabled:cursor-not-allowed sm:text-sm sm:leading-6"
          />
          <EmojiButton dark={over} disabled={closed} onPick={composer.insert} />
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
