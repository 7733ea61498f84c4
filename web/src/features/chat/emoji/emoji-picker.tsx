import '../chat-panel-words.ts';
import {
  type EmojiPickerListCategoryHeaderProps,
  type EmojiPickerListEmojiProps,
  type EmojiPickerListRowProps,
  EmojiPicker as Frimousse,
} from 'frimousse';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { storage } from '../../../lib/device-storage.ts';
import { cx } from '../../../ui/cx.ts';
import { recentEmoji, rememberEmoji } from './recent-emoji.ts';

/** Names and search words of emojis, from this server. */
const EMOJI_DATA = '/emoji';

export interface EmojiPickerProps {
  readonly onPick: (emoji: string) => void;
}

/** All emojis, by kind and by search; those that were used last on top. */
export function EmojiPicker({ onPick }: EmojiPickerProps) {
  const { t } = useTranslation();
  // They stay where they are while somebody picks.
  const [recent] = useState(() => recentEmoji(storage));
  const pick = (emoji: string) => {
    rememberEmoji(storage, emoji);
    onPick(emoji);
  };
  return (
    <Frimousse.Root
      locale="en"
      columns={6}
      emojibaseUrl={EMOJI_DATA}
      onEmojiSelect={({ emoji }) => pick(emoji)}
      className="flex h-80 flex-col gap-2"
    >
      <fieldset className="flex">
        <legend className="text-xs font-semibold text-muted">{t('chat.emojiRecent')}</legend>
        {recent.map((emoji) => (
          <button key={emoji} type="button" className={cx(EMOJI, 'hover:bg-raised')} onClick={() => pick(emoji)}>
            {emoji}
          </button>
        ))}
      </fieldset>
      <Frimousse.Search
        aria-label={t('chat.emojiSearch')}
        placeholder={t('chat.emojiSearch')}
        className="min-h-11 shrink-0 rounded-control border border-line-strong bg-surface px-3 text-base text-text placeholder:text-muted"
      />
      <Frimousse.Viewport role="group" aria-label={t('chat.emoji')} tabIndex={0} className="min-h-0 flex-1">
        <Frimousse.Loading className="flex h-full items-center justify-center text-sm text-muted">
          {t('chat.emojiLoading')}
        </Frimousse.Loading>
        <Frimousse.Empty className="flex h-full items-center justify-center text-sm text-muted">{t('chat.emojiNone')}</Frimousse.Empty>
        <Frimousse.List className="select-none" components={{ CategoryHeader, Row, Emoji }} />
      </Frimousse.Viewport>
    </Frimousse.Root>
  );
}

const EMOJI = 'flex size-11 items-center justify-center rounded-control emoji text-2xl';

function CategoryHeader({ category, ...rest }: EmojiPickerListCategoryHeaderProps) {
  return (
    <div {...rest} className="bg-surface py-1.5 text-xs font-semibold text-muted">
      {category.label}
    </div>
  );
}

// The picker counts rows and columns from 0, ARIA from 1: what is first says nothing.
const counted = (index: number | undefined) => index || undefined;

function Row(props: EmojiPickerListRowProps) {
  const row = { ...props, 'aria-rowindex': counted(props['aria-rowindex']) };
  return <div {...row} />;
}

function Emoji({ emoji, ...rest }: EmojiPickerListEmojiProps) {
  const cell = { ...rest, 'aria-colindex': counted(rest['aria-colindex']) };
  return (
    <button {...cell} type="button" className={cx(EMOJI, 'data-[active]:bg-raised')}>
      {emoji.emoji}
    </button>
  );
}
