import type { ReactionClient } from '@cowatch/shared/client';
import { SmilePlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { storage } from '../../../lib/device-storage.ts';
import { cx } from '../../../ui/cx.ts';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { QUICK_EMOJI, recentEmoji, rememberEmoji } from '../emoji/recent-emoji.ts';

export interface QuickReactionsProps {
  readonly reactions: ReactionClient;
  readonly disabled: boolean;
  /** Over the video. */
  readonly over?: boolean;
  readonly className?: string;
}

/** One press, and everybody sees it over the video. */
export function QuickReactions({ reactions, disabled, over = false, className }: QuickReactionsProps) {
  const { t } = useTranslation();
  // One that was picked takes the last place, so that it is one press the next time; the others stay under the finger.
  const [picked, setPicked] = useState(() => recentEmoji(storage).find((emoji) => !isQuick(emoji)) ?? null);
  const shown: readonly string[] = picked === null ? QUICK_EMOJI : [...QUICK_EMOJI.slice(0, -1), picked];
  return (
    <fieldset disabled={disabled} className={cx('flex items-center justify-between', className)}>
      <legend className="sr-only">{t('chat.reactions')}</legend>
      {shown.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={t('chat.react', { emoji })}
          className="inline-flex size-11 items-center justify-center rounded-control emoji text-xl transition-transform duration-150 hover:bg-raised active:scale-125 disabled:cursor-not-allowed disabled:opacity-50"
          onClick={() => void reactions.send(emoji)}
        >
          {emoji}
        </button>
      ))}
      <EmojiButton
        label={t('chat.reactMore')}
        icon={<SmilePlus aria-hidden className="size-5" />}
        disabled={disabled}
        dark={over}
        onPick={(emoji) => {
          rememberEmoji(storage, emoji);
          if (!isQuick(emoji)) setPicked(emoji);
          void reactions.send(emoji);
        }}
      />
    </fieldset>
  );
}

const isQuick = (emoji: string) => QUICK_EMOJI.some((quick) => quick === emoji);
