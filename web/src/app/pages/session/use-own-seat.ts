import type { Look, Me, SessionInfo } from '@cowatch/shared/protocol';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { friendlyName, type KnownPerson, rememberedPerson, rememberPerson, suggestedLook } from '../../../features/session/index.ts';
import type { Seat } from '../../../features/session/join/seats.ts';
import { justStarted, seats, storage } from '../../device.ts';

/** How somebody gets into a party, and what they are called there. */
export interface OwnSeat {
  /** What is offered at the gate. */
  readonly suggestedName: string;
  readonly suggestedLook: Look;
  /** What they chose to look like; undefined leaves it to the server. */
  readonly ownLook: Look | undefined;
  /** Under which name they are in, or about to be; null before the gate. */
  readonly ownName: string | null;
  /** They are known, and come back in without being asked. */
  readonly returning: boolean;
  /** Where they stood when the page was opened. */
  readonly seat: Seat;
  /** The page chose their name, and nobody has asked them for one yet. */
  readonly unasked: boolean;
  /** Through the gate. */
  join(name: string, look: Look): void;
  /** They chose a name, or, with the one they have, none. */
  choose(name: string): void;
  chooseLook(look: Look): void;
  /** They are in. */
  taken(): void;
}

/** Known people are not asked again: who was in comes back in at once, and so does the owner on a device of theirs. */
export function useOwnSeat({ id: sessionId, owner, faces }: Pick<SessionInfo, 'id' | 'owner' | 'faces'>, me: Me): OwnSeat {
  const { t } = useTranslation();
  const { viewerId } = me;
  const [seat] = useState(() => seats.of(sessionId, [viewerId, ...me.formerViewerIds]));
  const [begins] = useState(() => justStarted.has(sessionId));
  const returning = !begins && (seat === 'in' || (owner && seat === null));
  const [person, setPerson] = useState<KnownPerson>(
    () =>
      rememberedPerson(storage, viewerId) ??
      (me.account ? { name: me.account.username, asked: true } : { name: friendlyName(t), asked: false }),
  );
  const [suggested] = useState(() => suggestedLook(faces));
  const [isIn, setIn] = useState(begins || returning);

  const change = useCallback(
    (changes: Partial<KnownPerson>) => {
      const changed = { ...person, ...changes };
      rememberPerson(storage, viewerId, changed);
      setPerson(changed);
    },
    [person, viewerId],
  );
  return useMemo(
    () => ({
      suggestedName: person.name,
      ownName: isIn ? person.name : null,
      returning,
      seat,
      unasked: !person.asked,
      suggestedLook: person.look ?? suggested,
      ownLook: person.look,
      choose: (name) => change({ name, asked: true }),
      chooseLook: (look) => change({ look }),
      join(name, look) {
        change({ name, asked: true, look });
        setIn(true);
      },
      taken() {
        seats.take(sessionId, viewerId);
        // Who reloads is the one they were.
        rememberPerson(storage, viewerId, person);
      },
    }),
    [person, suggested, isIn, returning, seat, change, sessionId, viewerId],
  );
}
