import { Smile } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/icon-button.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { Popover } from '../../../ui/overlays/popover.tsx';

// Large, and not everybody's: fetched when it is opened.
const EmojiPicker = lazyPart(() => import('./emoji-picker.tsx'), 'EmojiPicker', { ahead: false });

export interface EmojiButtonProps {
  readonly label?: string;
  readonly icon?: ReactNode;
  readonly className?: string;
  readonly disabled?: boolean;
  /** Over the video. */
  readonly dark?: boolean;
  readonly onPick: (emoji: string) => void;
}

/** Opens all emojis. They stay open: one is seldom all. */
export function EmojiButton({ label, icon, className, disabled, dark = false, onPick }: EmojiButtonProps) {
  const { t } = useTranslation();
  const name = label ?? t('chat.emoji');
  return (
    <Popover
      label={name}
      side="top"
      dark={dark}
      trigger={
        <IconButton
          label={name}
          tooltipSide="top"
          disabled={disabled}
          className={className}
          icon={icon ?? <Smile aria-hidden className="size-5" />}
        />
      }
    >
      <EmojiPicker
        partWaiting={<p className="flex h-80 items-center justify-center text-sm text-muted">{t('chat.emojiLoading')}</p>}
        onPick={onPick}
      />
    </Popover>
  );
}
