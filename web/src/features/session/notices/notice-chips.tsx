import './words.ts';
import type { CommandOutcome, SessionClient } from '@cowatch/shared/client';
import type { Member } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { Undo2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { Face } from '../../../ui/face.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { addNotice, type Chip, type ChipContent, dropEnded } from './notice-feed.ts';
import { watchRoles } from './role-news.ts';
import { welcomeBack } from './welcome-back.ts';

export interface NoticeChipsProps {
  readonly client: SessionClient;
  readonly canControl: boolean;
  /** Tells of presses that were not passed on; returns its stop. */
  readonly onHint: (listener: (hint: 'no-control' | 'not-connected') => void) => () => void;
  /** Opens the list of the people. */
  readonly onShowPeople: () => void;
}

const StandingChips = lazyPart(() => import('./standing-chips.tsx'), 'StandingChips');

const TICK_MS = 500;

/** Who did what, over the video. Chips wait while the pointer or the focus is on them. */
export function NoticeChips({ client, canControl, onHint, onShowPeople }: NoticeChipsProps) {
  const { t } = useTranslation();
  const { chips, held, remove } = useChips(client, onHint);
  const stands = useClientValue(client, ({ waiting, takeOverAtMs }) => waiting.length > 0 || takeOverAtMs !== null);
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
        {stands ? <StandingChips client={client} onShowPeople={onShowPeople} /> : null}
        {chips.map((chip) => (
          <NoticeChip key={chip.id} content={chip.content} client={client} canControl={canControl} onUndone={remove} />
        ))}
      </ul>
    </div>
  );
}

interface NoticeChipProps extends Pick<NoticeChipsProps, 'client' | 'canControl'> {
  readonly content: ChipContent;
  /** What it tells was taken back. */
  readonly onUndone: (content: ChipContent) => void;
}

function NoticeChip({ content, client, canControl, onUndone }: NoticeChipProps) {
  const { t } = useTranslation();
  const mayReplace = useClientValue(client, ({ you }) => you?.rights.video ?? false) ?? false;
  const undo = undoOf(content, { t, client, canControl, mayReplace });
  return (
    <li className="chip pointer-events-auto flex items-center px-4">
      <ChipFaces content={content} members={client.state.members} />
      <span className="truncate py-2">
        <ChipText content={content} />
      </span>
      {undo ? (
        <button
          type="button"
          className="chip-action -me-3 ms-1 min-w-0 gap-1.5"
          onClick={() => {
            // Where it is refused the chip stays: it is the way to try again.
            void undo.run().then(({ ok }) => {
              if (ok) onUndone(content);
            });
          }}
        >
          <Undo2 aria-hidden className="size-4 shrink-0" />
          <span className="truncate">{undo.label}</span>
        </button>
      ) : null}
    </li>
  );
}

/** How what a chip tells is taken back by who reads it; null where they may not, and where there is nothing to take back. */
function undoOf(
  content: ChipContent,
  at: { readonly t: TFunction; readonly client: SessionClient; readonly canControl: boolean; readonly mayReplace: boolean },
): { readonly label: string; run(): Promise<CommandOutcome> } | null {
  const { t, client } = at;
  if (content.kind === 'jumped' && at.canControl) return { label: t('notice.undo'), run: () => client.seek(content.fromPositionS) };
  if (content.kind !== 'loaded' || content.replaced === null || !at.mayReplace) return null;
  const { title, positionS } = content.replaced;
  const time = formatTime(positionS);
  return { label: title === null ? t('notice.backAt', { time }) : t('notice.backTo', { title, time }), run: () => client.restoreMedia() };
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
      if (hint === 'not-connected') return add({ kind: 'refused', error: { code: 'unavailable', message: '' } });
      const timedOut = client.state.you?.timeOutUntilMs !== null;
      add({ kind: 'refused', error: { code: 'forbidden', message: '', ...(timedOut ? { reason: 'time_out' } : {}) } });
    });
    const stopRoles = watchRoles(client, add);
    const stopWelcome = welcomeBack(client, (positionS) => add({ kind: 'back', positionS }));
    return () => {
      stopWelcome();
      stopRoles();
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
    case 'restored':
      return t(`notice.${content.kind}`, { name: content.name });
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
      return t(`notice.${REASONS[content.error.reason ?? ''] ?? REFUSALS[content.error.code] ?? 'refused'}`);
    case 'acting':
      if (content.own) return t(content.owner === '' ? 'roles.actingOwn' : 'roles.actingOwnUntil', { owner: content.owner });
      return t(content.owner === '' ? 'roles.acting' : 'roles.actingUntil', content);
    case 'ownerBack':
    case 'newOwner':
      return content.own ? t(`roles.${content.kind}Own`) : t(`roles.${content.kind}`, { name: content.name });
    default:
      return t(`roles.${content.kind}`);
  }
}

const REASONS: Readonly<Partial<Record<string, 'timeOut' | 'muted'>>> = { time_out: 'timeOut', muted: 'muted' };

const REFUSALS: Readonly<Partial<Record<string, 'forbidden' | 'conflict' | 'rateLimited' | 'unavailable'>>> = {
  forbidden: 'forbidden',
  conflict: 'conflict',
  rate_limited: 'rateLimited',
  unavailable: 'unavailable',
};
