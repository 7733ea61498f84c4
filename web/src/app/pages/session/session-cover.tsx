import { JoinGate, ReturnCover } from '../../../features/session/index.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import type { Party } from './use-party.ts';

const OtherTabCover = lazyPart(() => import('../../../features/session/join/other-tab-cover.tsx'), 'OtherTabCover');

const KnockCover = lazyPart(() => import('../../../features/session/join/knock-cover.tsx'), 'KnockCover');

/** What stands before the picture until one is in: the gate, or what is in the way. */
export function SessionCover({ party }: { readonly party: Party }) {
  const { info, own, tab, client, name, media, mediaTitle, filmName } = party;
  const knocking = useClientValue(client, ({ connection }) => connection === 'knocking');
  if (tab.place === 'elsewhere') return <OtherTabCover partyName={name} onUse={tab.take} />;
  if (knocking) return <KnockCover partyName={name} onLeave={party.leave} />;
  if (own.returning) return <ReturnCover partyName={name} />;
  return (
    <JoinGate
      partyName={name}
      film={{ contentId: media.id, name: mediaTitle, sessionId: info.id }}
      filmName={filmName}
      memberCount={info.memberCount}
      faces={info.faces}
      initialName={own.suggestedName}
      initialLook={own.suggestedLook}
      joining={party.entered}
      wasIn={own.seat === 'left'}
      onJoin={own.join}
    />
  );
}
