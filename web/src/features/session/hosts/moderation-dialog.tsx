import './words.ts';
import type { SessionClient } from '@cowatch/shared/client';
import type { BannedPerson, Moderation } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ago } from '../../../lib/format-time.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { AlertText } from '../../../ui/alert-text.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/overlays/dialog.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { logText } from './log-words.ts';

export interface ModerationDialogProps {
  readonly open: boolean;
  readonly client: SessionClient;
  readonly onClose: () => void;
}

/** Who is banned, with the way back, and what hosts did. */
export function ModerationDialog({ open, client, onClose }: ModerationDialogProps) {
  const { t } = useTranslation();
  const [known, failed] = useModeration(client);
  return (
    <Dialog open={open} onClose={onClose} wide title={t('hosts.more')} closeLabel={t('app.close')}>
      {known === null ? (
        failed ? (
          <AlertText>{t('hosts.logFailed')}</AlertText>
        ) : (
          <Spinner className="mx-auto my-8 size-8 animate-late text-muted" />
        )
      ) : (
        <div className="mt-2 flex flex-col gap-5">
          <section aria-labelledby="banned">
            <h3 id="banned" className="font-semibold">
              {t('hosts.banned')}
            </h3>
            {known.banned.length === 0 ? <p className="mt-1 text-sm text-muted">{t('hosts.bannedNone')}</p> : null}
            {known.banned.length > 0 ? (
              <ul className="divide-y divide-line">
                {known.banned.map((person) => (
                  <BannedRow key={person.memberId} person={person} client={client} />
                ))}
              </ul>
            ) : null}
          </section>
          <section aria-labelledby="log">
            <h3 id="log" className="font-semibold">
              {t('hosts.log')}
            </h3>
            {known.log.length === 0 ? <p className="mt-1 text-sm text-muted">{t('hosts.logNone')}</p> : null}
            <ol className="mt-1 flex flex-col gap-2">
              {known.log.map((entry) => (
                <li
                  key={`${entry.atMs} ${entry.kind} ${entry.target?.memberId}`}
                  className="flex items-baseline justify-between gap-3 text-sm"
                >
                  <bdi className="min-w-0 wrap-anywhere">{logText(t, entry)}</bdi>
                  <time className="shrink-0 text-xs text-muted">{ago(entry.atMs, Date.now(), document.documentElement.lang)}</time>
                </li>
              ))}
            </ol>
          </section>
        </div>
      )}
    </Dialog>
  );
}

function BannedRow({ person, client }: { readonly person: BannedPerson; readonly client: SessionClient }) {
  const { t } = useTranslation();
  const name = person.name ?? t('hosts.bannedUnknown');
  return (
    <li className="flex min-h-14 items-center gap-3 py-1">
      <div className="min-w-0 flex-1">
        <bdi className="block truncate text-sm font-semibold">{name}</bdi>
        <p className="text-xs text-muted">{bannedText(t, person)}</p>
      </div>
      <Button aria-label={t('hosts.letBackName', { name })} onClick={() => void client.unban(person.memberId)}>
        {t('hosts.letBack')}
      </Button>
    </li>
  );
}

function bannedText(t: TFunction, { byName, atMs, addressUntilMs }: BannedPerson): string {
  const lang = document.documentElement.lang;
  const by = byName === null || atMs === null ? null : t('hosts.bannedBy', { name: byName, when: ago(atMs, Date.now(), lang) });
  const clock = new Intl.DateTimeFormat(lang, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const address = addressUntilMs === null ? null : t('hosts.bannedAddress', { when: clock.format(addressUntilMs) });
  return [by, address].filter((part) => part !== null).join(' · ');
}

/** What the server knows of it, asked again whenever something about people has changed. */
function useModeration(client: SessionClient): readonly [Moderation | null, boolean] {
  const version = useClientValue(client, (state) => state.access?.version ?? 0);
  const [known, setKnown] = useState<Moderation | null>(null);
  const [failed, setFailed] = useState(false);
  const ask = useCallback(async () => {
    const answer = await client.moderation();
    setFailed(!answer.ok);
    if (answer.ok) setKnown(answer.data);
  }, [client]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is why it is asked anew
  useEffect(() => void ask(), [ask, version]);
  return [known, failed];
}
