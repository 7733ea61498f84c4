import '../panel-words.ts';
import './change-over.css';
import type { SessionClient } from '@cowatch/shared/client';
import { FastForward } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useTitleName } from '../../../lib/titles/use-title-name.ts';
import { TitlePicture } from '../../../ui/title-picture.tsx';
import { useQueueView } from '../use-queue-view.ts';
import { ANNOUNCED_S } from './change-over.ts';
import type { UpNext } from './up-next.ts';

export interface ChangeOverCardProps {
  readonly client: SessionClient;
  readonly upNext: UpNext | null;
}

/** What comes next, over the picture: counted down in the last seconds, offered where it does not come by itself, and who wants to skip. */
export function ChangeOverCard({ client, upNext }: ChangeOverCardProps) {
  return (
    <div className="change-over pointer-events-none absolute inset-x-0 bottom-20 flex flex-col items-end gap-2 px-4 phone-landscape:bottom-16 narrow:bottom-22 narrow:px-2">
      {upNext === null ? null : upNext.change.kind === 'far' ? <SkipAsk client={client} /> : <Comes client={client} upNext={upNext} />}
    </div>
  );
}

function Comes({ client, upNext: { item, change } }: { readonly client: SessionClient; readonly upNext: UpNext }) {
  const { t } = useTranslation();
  const { queue } = client;
  const name = useTitleName()({ contentId: item.media.id, media: item.media });
  const may = useQueueView(queue, ({ you }) => you.canReplace);
  const { busy, run } = useBusy();
  const leftS = change.kind === 'soon' ? change.leftS : null;
  const now = (label: string) => (
    <Action busy={busy} onClick={() => run(queue.next())}>
      {label}
    </Action>
  );
  return (
    <section aria-label={t('queue.comesNext')} className="chip-card flex w-full max-w-sm items-center gap-3 p-2 pe-3">
      <span className="relative shrink-0">
        <TitlePicture contentId={item.media.id} name={name} sessionId={client.state.sessionId} className="w-20 narrow:w-16" />
        {leftS === null ? null : <Ring leftS={leftS} />}
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-xs text-stage-text/75">{change.kind === 'stays' ? t('queue.stays') : t('queue.comesNext')}</p>
        <p className="line-clamp-2 text-sm leading-snug font-semibold wrap-anywhere narrow:line-clamp-1">
          <bdi>{name}</bdi>
        </p>
      </div>
      {may && leftS !== 0 ? (
        <div className="flex shrink-0 items-center">
          {change.kind === 'soon' ? (
            <>
              {now(t('queue.doNow'))}
              <Action busy={busy} onClick={() => run(queue.stay(true))}>
                {t('queue.doStay')}
              </Action>
            </>
          ) : change.kind === 'stays' ? (
            <Action busy={busy} onClick={() => run(queue.stay(false))}>
              {t('queue.goOn')}
            </Action>
          ) : (
            now(t('queue.playNext'))
          )}
        </div>
      ) : null}
      <Spoken text={leftS === null ? '' : t('queue.comesIn', { count: ANNOUNCED_S, title: name })} />
    </section>
  );
}

/** Said once, however often the seconds change. */
function Spoken({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  // A region that comes with its words is read by few.
  useEffect(() => setSaid(text), [text]);
  return (
    <span role="status" className="sr-only">
      {said}
    </span>
  );
}

const RADIUS = 16;
const ROUND = 2 * Math.PI * RADIUS;

/** The seconds that are left, as a ring that closes. */
function Ring({ leftS }: { readonly leftS: number }) {
  const share = Math.min(1, leftS / ANNOUNCED_S);
  return (
    <span aria-hidden className="absolute inset-0 flex items-center justify-center rounded-control bg-black/55">
      <svg viewBox="0 0 40 40" className="size-10 -rotate-90">
        <title>{leftS}</title>
        <circle cx="20" cy="20" r={RADIUS} className="fill-none stroke-white/25" strokeWidth="3.5" />
        <circle
          cx="20"
          cy="20"
          r={RADIUS}
          className="fill-none stroke-stage-accent transition-[stroke-dashoffset] duration-1000 ease-linear"
          strokeWidth="3.5"
          strokeLinecap="round"
          strokeDasharray={ROUND}
          strokeDashoffset={ROUND * (1 - share)}
        />
      </svg>
      <span className="tabular absolute text-sm font-bold text-white">{leftS}</span>
    </span>
  );
}

/** A vote to skip is open: others join it here. */
function SkipAsk({ client }: { readonly client: SessionClient }) {
  const { t } = useTranslation();
  const { queue } = client;
  const company = useClientValue(client, ({ memberCount }) => memberCount > 1) ?? false;
  const votes = useQueueView(queue, ({ skip }) => skip.votes);
  const needed = useQueueView(queue, ({ skip }) => skip.needed);
  const voted = useQueueView(queue, ({ skip }) => skip.voted);
  const may = useQueueView(queue, ({ you }) => you.canQueue);
  const { busy, run } = useBusy();
  if (votes === 0 || !company) return null;
  return (
    <div className="chip pointer-events-auto flex items-center ps-4">
      <FastForward aria-hidden className="me-2 size-4 shrink-0 rtl:-scale-x-100" />
      <span role="status" className="tabular py-2">
        {t('queue.skipAsked', { votes, needed })}
      </span>
      {may ? (
        <button
          type="button"
          aria-pressed={voted}
          className="chip-action ms-1"
          onClick={() => {
            if (!busy) run(queue.skip(!voted));
          }}
        >
          {voted ? t('queue.skipTakeBack') : t('queue.skipVoteToo')}
        </button>
      ) : (
        <span className="w-4" />
      )}
    </div>
  );
}

function Action({ busy, onClick, children }: { readonly busy: boolean; readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" aria-busy={busy || undefined} className="chip-action pointer-events-auto" onClick={busy ? undefined : onClick}>
      {children}
    </button>
  );
}

/** Takes one press at a time. */
function useBusy() {
  const [busy, setBusy] = useState(false);
  const run = (work: Promise<unknown>) => {
    setBusy(true);
    void work.finally(() => setBusy(false));
  };
  return { busy, run };
}
