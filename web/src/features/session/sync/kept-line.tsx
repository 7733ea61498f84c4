import type { SessionClient } from '@cowatch/shared/client';
import { Clock, CloudOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useTicks } from '../../../lib/hooks/use-ticks.ts';
import type { LinkTrouble } from '../../../lib/http/knock.ts';
import { cx } from '../../../ui/cx.ts';

export interface KeptLineProps {
  readonly client: SessionClient | null;
  /** What keeps the live connection from coming back. */
  readonly trouble: LinkTrouble | null;
  /** Lies over the picture, below the header, and comes and goes with the controls. */
  readonly overlay: boolean;
  readonly hidden: boolean;
}

/**
 * Says beneath the header, and politely to screen readers, what keeps the party away, that one has a time-out, or that the party
 * would not survive a restart of the server.
 */
export function KeptLine({ client, trouble, overlay, hidden }: KeptLineProps) {
  const { t } = useTranslation();
  const kept = useClientValue(client, (state) => state.kept) ?? true;
  const timeOutUntilMs = useClientValue(client, ({ you }) => you?.timeOutUntilMs ?? null);
  const troubleWords =
    trouble?.kind === 'blocked' ? t('party.linkBlocked') : trouble?.kind === 'wrongAddress' ? t('party.linkWrongAddress') : null;
  const words = troubleWords ?? (timeOutUntilMs !== null ? t('party.timeOut') : kept ? null : t('party.notKept'));
  const Icon = troubleWords === null && timeOutUntilMs !== null ? Clock : CloudOff;
  return (
    <div
      role="status"
      className={cx(
        overlay && 'pointer-events-none absolute start-0 end-(--panels-width) top-14 z-20 scheme-dark transition-opacity duration-200',
        overlay && hidden && 'opacity-0',
      )}
    >
      {words === null ? null : (
        <p
          className={cx(
            'flex animate-fade items-center justify-center gap-2 px-3 py-1.5 text-center text-sm font-medium',
            overlay ? 'bg-black/60 text-text' : 'border-b border-line bg-raised text-muted',
          )}
        >
          <Icon aria-hidden className="size-4 shrink-0" />
          {words}
          {client && timeOutUntilMs !== null && troubleWords === null ? <Countdown client={client} untilMs={timeOutUntilMs} /> : null}
        </p>
      )}
    </div>
  );
}

/** What is left, by the second: seen, and not read out each time. */
function Countdown({ client, untilMs }: { readonly client: SessionClient; readonly untilMs: number }) {
  useTicks(true, 1000);
  const leftMs = untilMs - (client.clusterNowMs() ?? untilMs);
  return (
    <span aria-hidden className="tabular">
      {formatTime(Math.ceil(leftMs / 1000))}
    </span>
  );
}
