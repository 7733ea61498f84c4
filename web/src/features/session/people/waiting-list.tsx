import '../notices/words.ts';
import '../hosts/words.ts';
import type { SessionClient } from '@cowatch/shared/client';
import { UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { Button } from '../../../ui/button.tsx';
import { Face } from '../../../ui/face.tsx';

/** For hosts: who waits to be let in, longest first. */
export function WaitingList({ client }: { readonly client: SessionClient }) {
  const { t } = useTranslation();
  const waiting = useClientValue(client, (state) => state.waiting) ?? [];
  if (waiting.length === 0) return null;
  return (
    <section aria-labelledby="waiting" className="mx-3 mb-2 rounded-card border border-transparent bg-accent-soft py-2">
      <h2 id="waiting" className="px-3 py-1 text-sm font-semibold">
        {t('hosts.waiting', { count: waiting.length })}
      </h2>
      <ul className="max-h-60 overflow-y-auto">
        {waiting.map(({ memberId, name, look }) => (
          <li key={memberId} className="flex min-h-14 flex-wrap items-center gap-x-2 ps-3 pe-1">
            {look ? <Face look={look} className="size-9 text-lg" /> : <UserPlus aria-hidden className="mx-2 size-5 text-muted" />}
            <bdi className="min-w-0 flex-1 truncate text-sm font-semibold">{name}</bdi>
            <Button variant="primary" aria-label={t('roles.letInName', { name })} onClick={() => void client.admit(memberId, true)}>
              {t('roles.letIn')}
            </Button>
            <Button
              variant="ghost"
              className="px-2.5"
              aria-label={t('roles.notNowName', { name })}
              onClick={() => void client.admit(memberId, false)}
            >
              {t('roles.notNow')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
