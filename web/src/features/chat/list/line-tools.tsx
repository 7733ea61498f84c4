import { Copy, CornerUpLeft, EllipsisVertical, Pencil, SkipForward, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { LazyConfirmDialog } from '../../../ui/overlays/lazy-dialogs.tsx';
import { Menu } from '../../../ui/overlays/menu.tsx';
import type { MenuEntry } from '../../../ui/overlays/menu.types.ts';
import { useChatView } from '../chat-view.ts';
import { focusComposer } from '../composer/focus-composer.ts';
import type { LineItem } from './chat-rows.ts';

const ICON = 'size-4.5';

/** What can be done with a line, beside it while the pointer, a finger or the keyboard is on it; and when in the video it was written. */
export function LineTools({ item }: { readonly item: LineItem }) {
  const { t } = useTranslation();
  const view = useChatView();
  const { line } = item;
  const [deleting, setDeleting] = useState(false);
  const entries = useEntries(item, () => setDeleting(true));
  const time = formatTime(line.positionS);
  const ofThis = line.mediaId === view.mediaId;
  return (
    <div className="pointer-events-none absolute end-1 bottom-full z-10 -mb-1 flex items-center rounded-control border border-line bg-surface opacity-0 shadow-md group-focus-within/line:pointer-events-auto group-focus-within/line:opacity-100 group-hover/line:pointer-events-auto group-hover/line:opacity-100 has-aria-expanded:pointer-events-auto">
      {ofThis ? (
        <span data-tooltip={t('chat.moment', { time })} className="px-2.5 text-xs text-muted tabular">
          {time}
        </span>
      ) : null}
      <IconButton
        tabIndex={-1}
        label={t('chat.reply')}
        icon={<CornerUpLeft aria-hidden className={`${ICON} rtl:-scale-x-100`} />}
        onClick={(event) => {
          view.room.answer(line);
          focusComposer(event.currentTarget);
        }}
      />
      <Menu
        label={t('chat.lineMenu')}
        entries={entries}
        trigger={
          <IconButton tabIndex={-1} data-line-menu label={t('chat.lineMenu')} icon={<EllipsisVertical aria-hidden className={ICON} />} />
        }
      />
      <LazyConfirmDialog
        open={deleting}
        title={t('chat.deleteAsk')}
        text={t('chat.deleteText')}
        confirmLabel={t('chat.deleteDo')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => void view.room.remove(line)}
        onClose={() => setDeleting(false)}
      />
    </div>
  );
}

/** What the menu of a line offers: everything of the line, and of who wrote it. */
function useEntries({ line, own }: LineItem, onDelete: () => void): readonly MenuEntry[] {
  const { t } = useTranslation();
  const { room, canJump, jump, mediaId, personEntries } = useChatView();
  const time = formatTime(line.positionS);
  const entries: MenuEntry[] = [
    {
      kind: 'action',
      label: t('chat.reply'),
      icon: <CornerUpLeft aria-hidden className={`${ICON} rtl:-scale-x-100`} />,
      onSelect: () => {
        room.answer(line);
        focusComposer();
      },
    },
    { kind: 'action', label: t('chat.copy'), icon: <Copy aria-hidden className={ICON} />, onSelect: () => copy(line.text) },
  ];
  if (canJump && line.mediaId === mediaId) {
    entries.push({
      kind: 'action',
      label: t('chat.jumpTo', { time }),
      icon: <SkipForward aria-hidden className={ICON} />,
      onSelect: () => jump(line.positionS),
    });
  }
  if (room.chat.canEdit(line)) {
    entries.push({
      kind: 'action',
      label: t('chat.edit'),
      icon: <Pencil aria-hidden className={ICON} />,
      onSelect: () => {
        room.change(line);
        focusComposer();
      },
    });
  }
  if (!own) entries.push(...(personEntries?.(line) ?? []));
  if (room.chat.canRemove(line)) {
    entries.push({
      kind: 'action',
      label: t('chat.delete'),
      danger: true,
      icon: <Trash2 aria-hidden className={ICON} />,
      onSelect: onDelete,
    });
  }
  return entries;
}

/** A page that may not write to the clipboard leaves it as it is. */
function copy(text: string): void {
  void navigator.clipboard?.writeText(text).catch(() => {});
}
