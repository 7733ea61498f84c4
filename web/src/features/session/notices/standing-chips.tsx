import './words.ts';
import type { SessionClient } from '@cowatch/shared/client';
import { Crown, UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useTicks } from '../../../lib/hooks/use-ticks.ts';
import { Face } from '../../../ui/face.tsx';

export interface StandingChipsProps {
  readonly client: SessionClient;
  /** Opens the list of the people, where everybody who waits stands. */
  readonly onShowPeople: () => void;
}

/** How often it is looked whether there is something to take over, in milliseconds. */
const LOOK_MS = 1000;

/** What over the video waits for an answer, and stays until there is one. */
export function StandingChips({ client, onShowPeople }: StandingChipsProps) {
  return (
    <>
      <WaitingChip client={client} onShowPeople={onShowPeople} />
      <TakeOverChip client={client} />
    </>
  );
}

/** Somebody wants to come in: one tap lets them. Many are told as one, and stand in the list of the people. */
function WaitingChip({ client, onShowPeople }: StandingChipsProps) {
  const { t } = useTranslation();
  const waiting = useClientValue(client, (state) => state.waiting) ?? [];
  const [first, ...others] = waiting;
  if (first === undefined) return null;
  const { name, memberId, look } = first;
  const text = others.length === 0 ? t('roles.wantsIn', { name }) : t('roles.wantIn', { name, count: others.length });
  return (
    <li className="chip pointer-events-auto flex items-center ps-4 pe-1">
      {look ? (
        <span className="-ms-2 me-2 shrink-0 scheme-dark">
          <Face look={look} className="size-7 text-sm" />
        </span>
      ) : (
        <UserPlus aria-hidden className="me-2 size-4.5 shrink-0" />
      )}
      <span className="truncate py-2">
        <bdi>{text}</bdi>
      </span>
      {others.length === 0 ? (
        <>
          <button type="button" className="chip-action" onClick={() => void client.admit(memberId, true)}>
            {t('roles.letIn')}
          </button>
          <button type="button" className="chip-action text-stage-text" onClick={() => void client.admit(memberId, false)}>
            {t('roles.notNow')}
          </button>
        </>
      ) : (
        <button type="button" className="chip-action" onClick={onShowPeople}>
          {t('roles.showWaiting')}
        </button>
      )}
    </li>
  );
}

/** Where hosts alone control and none has been there for a while, anybody who is there may look after the party. */
function TakeOverChip({ client }: Pick<StandingChipsProps, 'client'>) {
  const { t } = useTranslation();
  const atMs = useClientValue(client, (state) => state.takeOverAtMs);
  useTicks(atMs !== null, LOOK_MS);
  const nowMs = client.clusterNowMs();
  if (atMs === null || nowMs === null || nowMs < atMs) return null;
  return (
    <li className="chip pointer-events-auto flex items-center ps-4 pe-1">
      <Crown aria-hidden className="me-2 size-4.5 shrink-0" />
      <span className="truncate py-2">{t('roles.noHost')}</span>
      <button type="button" className="chip-action" onClick={() => void client.takeOver()}>
        {t('roles.takeOver')}
      </button>
    </li>
  );
}
