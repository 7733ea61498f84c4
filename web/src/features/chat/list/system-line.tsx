import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { cx } from '../../../ui/cx.ts';
import { useChatView } from '../chat-view.ts';
import type { SystemItem } from './chat-rows.ts';
import { systemWords } from './system-words.ts';

export interface SystemLineProps {
  readonly item: SystemItem;
  /** Another video has come since. */
  readonly earlierFilm: boolean;
}

const LINE = 'mx-auto block max-w-full px-4 py-1 text-center text-xs text-muted wrap-anywhere';

/** What happened in the party, between what its people say; where it names a moment, a press goes there. */
export function SystemLine({ item, earlierFilm }: SystemLineProps) {
  const { t } = useTranslation();
  const { canJump, jump } = useChatView();
  const { note, key } = item;
  const words = systemWords(t, note);
  if (note.what !== 'jumped' || earlierFilm || !canJump) {
    return (
      <p data-row={key} className={LINE}>
        {words}
      </p>
    );
  }
  return (
    <p data-row={key}>
      <button
        type="button"
        tabIndex={-1}
        data-line={key}
        data-tooltip={t('chat.jumpTo', { time: formatTime(note.positionS) })}
        className={cx(LINE, 'min-h-11 rounded-control underline decoration-dotted underline-offset-2 hover:text-text')}
        onClick={() => jump(note.positionS)}
      >
        {words}
      </button>
    </p>
  );
}
