import { SLOW_STEPS_MS } from '@cowatch/shared/chat';
import type { TFunction } from 'i18next';
import { EllipsisVertical, Eraser } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { waitWords } from '../../lib/format-time.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { LazyConfirmDialog } from '../../ui/overlays/lazy-dialogs.tsx';
import { Menu, menuChoice } from '../../ui/overlays/menu.tsx';
import type { MenuEntry } from '../../ui/overlays/menu.types.ts';
import type { ChatRoom } from './chat-room.ts';
import { ownChatSettings, useOwnChatSettings } from './chat-settings.ts';
import { useChat, useChatView } from './chat-view.ts';

/** What each person chooses of the chat for themselves, and hosts for everybody. */
export function ChatOptions() {
  const { t } = useTranslation();
  const { room, isHost } = useChatView();
  const { aloud, over } = useOwnChatSettings();
  // Rendered anew when they change.
  useChat(room, (state) => state.settings);
  const [clearing, setClearing] = useState(false);
  const entries: readonly MenuEntry[] = [
    ...(isHost ? hostEntries(t, room, () => setClearing(true)) : []),
    menuChoice({
      label: t('chat.overVideo'),
      value: over ? 'on' : 'off',
      options: [
        { value: 'on', label: t('chat.overOn') },
        { value: 'off', label: t('chat.overOff') },
      ],
      onChange: (value) => ownChatSettings.set({ over: value === 'on' }),
    }),
    menuChoice({
      label: t('chat.aloud'),
      value: aloud ? 'on' : 'off',
      options: [
        { value: 'on', label: t('chat.aloudOn') },
        { value: 'off', label: t('chat.aloudOff') },
      ],
      onChange: (value) => ownChatSettings.set({ aloud: value === 'on' }),
    }),
  ];
  return (
    <>
      <Menu
        label={t('chat.options')}
        side="top"
        align="start"
        entries={entries}
        trigger={<IconButton label={t('chat.options')} tooltipSide="top" icon={<EllipsisVertical aria-hidden className="size-5" />} />}
      />
      <LazyConfirmDialog
        open={clearing}
        title={t('chat.clearAsk')}
        text={t('chat.clearText')}
        confirmLabel={t('chat.clearDo')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => void room.chat.clear()}
        onClose={() => setClearing(false)}
      />
    </>
  );
}

/** What hosts decide, as it stands now. */
function hostEntries(t: TFunction, { chat }: ChatRoom, onClear: () => void): readonly MenuEntry[] {
  const { slowMs, links } = chat.state.settings;
  const language = document.documentElement.lang;
  return [
    { kind: 'action', label: t('chat.clear'), danger: true, icon: <Eraser aria-hidden className="size-4.5" />, onSelect: onClear },
    menuChoice({
      label: t('chat.slow'),
      value: `${slowMs}`,
      options: [0, ...SLOW_STEPS_MS].map((ms) => ({
        value: `${ms}`,
        label: ms === 0 ? t('chat.slowNone') : t('chat.slowFor', { time: waitWords(ms, language) }),
      })),
      onChange: (value) => void chat.setSlow(Number(value)),
    }),
    menuChoice({
      label: t('chat.links'),
      value: links,
      options: (['everyone', 'present', 'hosts'] as const).map((value) => ({ value, label: t(`chat.links_${value}`) })),
      onChange: (value) => void chat.setLinks(value),
    }),
  ];
}
