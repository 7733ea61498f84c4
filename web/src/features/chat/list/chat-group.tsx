import { AtSign } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Face } from '../../../ui/face.tsx';
import { Menu } from '../../../ui/overlays/menu.tsx';
import type { MenuEntry } from '../../../ui/overlays/menu.types.ts';
import { Tag } from '../../../ui/tag.tsx';
import { useChatView } from '../chat-view.ts';
import { focusComposer } from '../composer/focus-composer.ts';
import { ChatLineView } from './chat-line.tsx';
import { type ChatRow, keyOf } from './chat-rows.ts';
import { clockTime } from './chat-times.ts';

type GroupRow = Extract<ChatRow, { readonly kind: 'group' }>;

export interface ChatGroupProps {
  readonly row: GroupRow;
  readonly onGoTo: (seq: number) => void;
}

/** What one person said within a minute, under their face and name. */
export function ChatGroup({ row, onGoTo }: ChatGroupProps) {
  const { t } = useTranslation();
  const { hostMark } = useChatView();
  const person = useAuthor(row);
  const time = clockTime(row.atMs);
  return (
    <div data-row={row.key} className="relative mt-1.5 text-sm leading-snug">
      {person ? <Face look={person.look} className="absolute start-2.5 top-1 size-8 text-base" /> : null}
      <div className="flex min-w-0 items-center gap-1.5 ps-12 pe-3">
        {person ? <PersonName memberId={person.memberId} name={person.name} own={row.own} /> : null}
        {person && hostMark(person.memberId) ? <Tag>{t('chat.host')}</Tag> : null}
        <time dateTime={new Date(row.atMs).toISOString()} className="shrink-0 text-xs text-muted tabular">
          {time}
        </time>
      </div>
      {row.lines.map((item) => (
        <ChatLineView key={keyOf(item)} item={item} onGoTo={onGoTo} />
      ))}
    </div>
  );
}

/** Who said it: as they were then; oneself as one is now, for what is on its way. */
function useAuthor({ lines }: GroupRow) {
  const { members, you } = useChatView();
  const said = lines.find((item) => item.kind === 'line');
  if (said?.kind === 'line') return said.line;
  return members.find(({ memberId }) => memberId === you) ?? null;
}

interface PersonNameProps {
  readonly memberId: string;
  readonly name: string;
  readonly own: boolean;
}

/** A name, and what can be done about whose it is. */
function PersonName({ memberId, name, own }: PersonNameProps) {
  const { t } = useTranslation();
  const { room, personEntries } = useChatView();
  if (own) return <bdi className="truncate font-semibold">{name}</bdi>;
  const entries: readonly MenuEntry[] = [
    {
      kind: 'action',
      label: t('chat.mention', { name }),
      icon: <AtSign aria-hidden className="size-4.5" />,
      onSelect: () => {
        const { text } = room.state.draft;
        room.write(`${text}${text === '' || text.endsWith(' ') ? '' : ' '}@${name} `);
        focusComposer();
      },
    },
    ...(personEntries?.({ memberId, name }) ?? []),
  ];
  return (
    <Menu
      label={t('chat.personMenu', { name })}
      align="start"
      entries={entries}
      trigger={
        <button
          type="button"
          // The line has the same in its menu, for the keyboard.
          tabIndex={-1}
          aria-label={t('chat.personMenu', { name })}
          className="-my-3 min-h-11 min-w-0 truncate font-semibold hover:underline"
        >
          <bdi>{name}</bdi>
        </button>
      }
    />
  );
}
