import type { PlayerHandle, SessionClient, SyncPhase } from '@cowatch/shared/client';
import {
  CircleCheck,
  CirclePlay,
  CircleX,
  Flag,
  LoaderCircle,
  type LucideIcon,
  Megaphone,
  Moon,
  Radio,
  RefreshCw,
  WifiOff,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { cx } from '../../../ui/cx.ts';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { Popover } from '../../../ui/overlays/popover.tsx';
import { PHASE_KEYS, syncWords } from './sync-words.ts';

const SyncPanel = lazyPart(() => import('./sync-panel.tsx'), 'SyncPanel');

const ICONS: Readonly<Record<SyncPhase, LucideIcon>> = {
  idle: LoaderCircle,
  'in-sync': CircleCheck,
  'catching-up': RefreshCw,
  buffering: LoaderCircle,
  blocked: CirclePlay,
  advert: Megaphone,
  reconnecting: WifiOff,
  background: Moon,
  ended: Flag,
  live: Radio,
  unplayable: CircleX,
};

export interface SyncPillProps {
  readonly client: SessionClient;
  readonly handle: PlayerHandle | null;
}

/** How one's own picture stands to the party's, always in view; pressed, it tells more. */
export function SyncPill({ client, handle }: SyncPillProps) {
  const { t } = useTranslation();
  const phase = useClientValue(client, (state) => state.sync.phase) ?? 'idle';
  const driftMs = useClientValue(client, (state) => roundMs(state.sync.driftMs));
  const words = syncWords(t, phase);
  const Icon = ICONS[phase];
  return (
    <>
      <Popover
        label={t('sync.title')}
        trigger={
          <button
            type="button"
            aria-label={t('sync.label', { state: words })}
            data-sync-phase={phase}
            data-drift-ms={driftMs ?? ''}
            className="inline-flex min-h-11 shrink-0 items-center gap-2 rounded-full border border-line bg-surface px-3.5 text-sm font-semibold whitespace-nowrap transition-colors duration-150 hover:border-line-strong"
          >
            <Icon
              aria-hidden
              className={cx(
                'size-4 shrink-0',
                phase === 'in-sync' ? 'text-accent' : phase === 'unplayable' ? 'text-danger' : 'text-muted',
                (phase === 'buffering' || phase === 'idle') && 'animate-spin',
              )}
            />
            {words}
          </button>
        }
      >
        <SyncPanel client={client} handle={handle} phase={PHASE_KEYS[phase]} />
      </Popover>
      <Announcement phase={phase} />
    </>
  );
}

function roundMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

const SETTLED_MS = 1500;

/** Tells screen readers what lasts; what comes and goes within a moment is not worth an interruption. */
function Announcement({ phase }: { readonly phase: SyncPhase }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<SyncPhase | null>(null);
  const first = useRef(true);
  useEffect(() => {
    const timer = setTimeout(() => {
      // That one is in sync after joining is what was expected.
      if (!first.current || phase !== 'in-sync') setSaid(phase);
      first.current = false;
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [phase]);
  return (
    <span role="status" className="sr-only">
      {said ? syncWords(t, said) : ''}
    </span>
  );
}
