import type { SessionClient } from '@cowatch/shared/client';
import { CloudOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
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

/** Says beneath the header, and politely to screen readers, that the party would not survive a restart of the server, or what keeps it away. */
export function KeptLine({ client, trouble, overlay, hidden }: KeptLineProps) {
  const { t } = useTranslation();
  const kept = useClientValue(client, (state) => state.kept) ?? true;
  const words =
    trouble?.kind === 'blocked'
      ? t('party.linkBlocked')
      : trouble?.kind === 'wrongAddress'
        ? t('party.linkWrongAddress')
        : kept
          ? null
          : t('party.notKept');
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
          <CloudOff aria-hidden className="size-4 shrink-0" />
          {words}
        </p>
      )}
    </div>
  );
}
