import type { SessionClient } from '@cowatch/shared/client';
import type { Member } from '@cowatch/shared/protocol';
import { Undo2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { Face } from '../../../ui/face.tsx';
import { addNotice, type Chip, type ChipContent, dropEnded } from './notice-feed.ts';
import { welcomeBack } from './welcome-back.ts';

export interface NoticeChipsProps {
  readonly client: SessionClient;
  readonly canControl: boolean;
  /** Tells of presses that were not passed on; returns its stop. */
  readonly onHint: (listener: (hint: 'no-control' | 'not-connected') => void) => () => void;
}

const TICK_MS = 500;

/** Who did what, over the video. Chips wait while the pointer or the focus is on them. */
export function NoticeChips({ client, canControl, onHint }: NoticeChipsProps) {
  const { t } = useTranslation();
  const { chips, held, remove } = useChips(client, onHint);
  const hold = (on: boolean) => () => {
    held.current = on;
  };
  return (
    <div className="notice-chips pointer-events-none absolute inset-x-0 bottom-20 flex justify-center px-4 phone-landscape:bottom-16 narrow:top-2 narrow:bottom-auto">
      <ul
        aria-label={t('notice.list')}
        aria-live="polite"
        className="flex max-w-full flex-col items-center gap-2"
        onPointerEnter={hold(true)}
        onPointerLeave={hold(false)}
        onFocus={hold(true)}
        onBlur={hold(false)}
      >
        {chips.map((chip) => (
          <NoticeChip key={chip.id} content={chip.content} client={client} canControl={canControl} onUndone={remove} />
        ))}
      </ul>
    </div>
  );
}

interface NoticeChipProps extends Pick<NoticeChipsProps, 'client' | 'canControl'> {
  readonly content: ChipContent;
  /** A jump was taken back. */
  readonly onUndone: (content: ChipContent) => void;
}

function NoticeChip({ content, client, canControl, onUndone }: NoticeChipProps) {
  const { t } = useTranslation();
  return (
    <li className="chip pointer-events-auto flex items-center px-4">
      <ChipFaces content={content} members={client.state.members} />
      <span className="truncate py-2">
        <ChipText content={content} />
      </span>
      {content.kind === 'jumped' && canControl ? (
        <button
          type="button"
          className="chip-action -me-3 ms-1 gap-1.5"
          onClick={() => {
            // Where it is refused the chip stays: it is the way to try again.
            void client.seek(content.fromPositionS).then(({ ok }) => {
              if (ok) onUndone(content);
            });
          }}
        >
          <Undo2 aria-hidden className="size-4" />
          {t('notice.undo')}
        </button>
      ) : null}
    </li>
  );
}

/** What is said now: the party's notices, presses that were not passed on, and the way back after a sleep. `held` keeps all that is there. */
function useChips(client: SessionClient, onHint: NoticeChipsProps['onHint']) {
  const [chips, setChips] = useState<readonly Chip[]>([]);
  const nextId = useRef(0);
  const held = useRef(false);

  useEffect(() => {
    const add = (notice: Parameters<typeof addNotice>[1]) => {
      nextId.current += 1;
      setChips((now) => addNotice(now, notice, performance.now(), nextId.current));
    };
    const stopNotices = client.onNotice(add);
    const stopHints = onHint((hint) => {
      const code = hint === 'no-control' ? 'forbidden' : 'unavailable';
      add({ kind: 'refused', error: { code, message: '' } });
    });
    const stopWelcome = welcomeBack(client, (positionS) => add({ kind: 'back', positionS }));
    return () => {
      stopWelcome();
      stopNotices();
      stopHints();
    };
  }, [client, onHint]);

  const some = chips.length > 0;
  useEffect(() => {
    // What is taken away from under a finger or the focus never says that they have left.
    held.current = false;
    if (!some) return;
    const timer = setInterval(() => {
      if (!held.current) setChips((now) => dropEnded(now, performance.now()));
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [some]);

  const remove = (content: ChipContent) => setChips((now) => now.filter((each) => each.content !== content));
  return { chips, held, remove };
}

/** Whose doing it was, or who came: names are one person's each, so they find the faces. */
function ChipFaces({ content, members }: { readonly content: ChipContent; readonly members: readonly Member[] }) {
  const names = 'names' in content ? content.names.slice(0, 3) : 'name' in content ? [content.name] : [];
  const faces = names.flatMap((name) => members.find((member) => member.name === name) ?? []);
  if (faces.length === 0) return null;
  return (
    <span className="-ml-2 mr-2 flex shrink-0 -space-x-1.5 scheme-dark">
      {faces.map(({ memberId, look }) => (
        <Face key={memberId} look={look} className="size-7 text-sm" />
      ))}
    </span>
  );
}

function ChipText({ content }: { readonly content: ChipContent }) {
  const { t } = useTranslation();
  switch (content.kind) {
    case 'played':
    case 'paused':
      return t(`notice.${content.kind}`, { name: content.name });
    case 'loaded':
      return content.own ? t('notice.loadedOwn') : t('notice.loaded', { name: content.name });
    case 'jumped': {
      const time = formatTime(content.positionS);
      return content.own ? t('notice.jumpedOwn', { time }) : t('notice.jumped', { name: content.name, time });
    }
    case 'undone':
      return t('notice.undone', { name: content.name });
    case 'rate':
      return t('notice.rate', { name: content.name, rate: content.rate });
    case 'joined':
    case 'left': {
      const [first = '', second = ''] = content.names;
      const count = content.names.length;
      const names =
        count === 1 ? first : count === 2 ? t('notice.two', { first, second }) : t('notice.many', { first, second, count: count - 2 });
      return t(`notice.${content.kind}`, { names, count });
    }
    case 'back':
      return t('notice.back', { time: formatTime(content.positionS) });
    case 'kept':
      return t('notice.kept');
    case 'refused':
      return t(`notice.${REFUSALS[content.code] ?? 'refused'}`);
  }
}

const REFUSALS: Readonly<Partial<Record<string, 'forbidden' | 'conflict' | 'rateLimited' | 'unavailable'>>> = {
  forbidden: 'forbidden',
  conflict: 'conflict',
  rate_limited: 'rateLimited',
  unavailable: 'unavailable',
};
