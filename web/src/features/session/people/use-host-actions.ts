import type { SessionClient } from '@cowatch/shared/client';
import type { BanReach } from '@cowatch/shared/protocol';
import { useMemo, useState } from 'react';
import { useUndo } from '../../../lib/hooks/use-undo.ts';
import type { HostActions } from './person-menu.tsx';
import type { Person } from './person-rights.ts';

/** Somebody is out, and what a ban of their address too would do; null where nobody can say. */
export interface Banned {
  readonly member: Person;
  readonly reach: BanReach | null;
}

/** What hosts do about people takes effect at the press, and can be taken back; it asks only before the party is given away. */
export function useHostActions(client: SessionClient) {
  const [kicked, setKicked] = useUndo<Person>();
  const [banned, setBanned] = useState<Banned | null>(null);
  const [handing, setHanding] = useState<Person | null>(null);
  const actions = useMemo<HostActions>(
    () => ({
      kick: (member) => void client.kick(member.memberId).then(({ ok }) => (ok ? setKicked(member) : undefined)),
      async ban(member) {
        // Asked first: whom it reaches is known of who is there.
        const reach = client.banReach(member.memberId);
        const { ok } = await client.ban(member.memberId, false);
        const answer = await reach;
        if (ok) setBanned({ member, reach: answer.ok ? answer.data : null });
      },
      handOver: setHanding,
    }),
    [client, setKicked],
  );
  return { actions, kicked, setKicked, banned, setBanned, handing, setHanding };
}
