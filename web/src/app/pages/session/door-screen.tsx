import type { Me } from '@cowatch/shared/protocol';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { JoinGate, ReturnCover, useSessionClient } from '../../../features/session/index.ts';
import { KnockCover } from '../../../features/session/join/knock-cover.tsx';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { sessionProblem } from './session-problem-kind.ts';
import { SessionProblem } from './session-problem-part.ts';
import { useLinkTrouble } from './use-link-trouble.ts';
import { useOwnSeat } from './use-own-seat.ts';
import { useSlow } from './use-slow.ts';

/** An answer at the door takes a moment; this long without one is worth saying, in milliseconds. */
const DOOR_SLOW_MS = 8000;

export interface DoorScreenProps {
  readonly sessionId: string;
  readonly me: Me;
  /** A host has let them in: what the party is can be asked for now. */
  readonly onIn: () => void;
  /** They do not want in any more. */
  readonly onLeave: () => void;
  /** This tab has an identity of its own from now on. */
  readonly onIdentity: () => void;
}

/** Before a party whose hosts let new people in: a name, and the wait. Nothing is known of the party, and nothing is told. */
export function DoorScreen({ sessionId, me, onIn, onLeave, onIdentity }: DoorScreenProps) {
  const { t } = useTranslation();
  const own = useOwnSeat({ id: sessionId, owner: false, faces: NOBODY }, me);
  const client = useSessionClient(sessionId, own.ownName, own.ownLook);
  const knocking = useClientValue(client, ({ connection }) => connection === 'knocking') ?? false;
  const isIn = useClientValue(client, ({ playback }) => playback !== null) ?? false;
  const slow = useSlow(client !== null && !knocking && !isIn, DOOR_SLOW_MS);
  const trouble = useLinkTrouble(useClientValue(client, ({ failedTries }) => failedTries) ?? 0, slow);
  const problem = useClientValue(client, (state) => sessionProblem(state, slow, trouble));
  const { taken } = own;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when they are in
  useEffect(() => {
    if (!isIn) return;
    taken();
    onIn();
  }, [isIn]);
  if (problem) return <SessionProblem kind={problem} sessionId={sessionId} onRetry={() => client?.retry()} onIdentity={onIdentity} />;
  return (
    <main className="relative h-dvh overflow-hidden bg-black">
      {knocking ? (
        <KnockCover partyName={null} onLeave={onLeave} />
      ) : isIn ? (
        <ReturnCover partyName={t('gate.theParty')} />
      ) : (
        <JoinGate
          partyName={t('gate.doorTitle')}
          film={null}
          filmName={t('gate.doorText')}
          memberCount={null}
          faces={NOBODY}
          initialName={own.suggestedName}
          initialLook={own.suggestedLook}
          joining={client !== null}
          wasIn={false}
          onJoin={own.join}
        />
      )}
    </main>
  );
}

const NOBODY = [] as const;
