import { titleOfMedia } from '@cowatch/shared/media';
import { sessionIdSchema } from '@cowatch/shared/protocol';
import { entryOf, isNamed, type SessionRecord } from '@cowatch/shared/timeline';
import type { PublicOrigin } from '../../platform/http/http.types.ts';
import type { PageHead, PageWithHead } from '../../platform/http/page-heads.ts';
import type { PublicPictures } from '../../titles/index.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import { linkKeyOf } from '../session.http.ts';
import type { SessionService } from '../session.service.ts';

export interface SessionHeadDeps {
  readonly sessions: Pick<SessionService, 'readCached'>;
  readonly roster: Pick<LocalRoster, 'nameOf'>;
  readonly pictures: Pick<PublicPictures, 'has'>;
  readonly clock: { nowMs(): number };
  readonly publicOrigin: PublicOrigin;
}

/**
 * The page of a party, as link previews show it: the film, who invites, and the film's picture for everybody. It says nothing of
 * who is there or how many; and a party that is over, that is none, or that this link does not open, says what every
 * page says.
 */
export function sessionPage({ sessions, roster, pictures, clock, publicOrigin }: SessionHeadDeps): PageWithHead {
  return {
    path: '/s/:id',
    async head({ id }, request) {
      const sessionId = sessionIdSchema.safeParse(id).data;
      if (sessionId === undefined) return null;
      const nowMs = clock.nowMs();
      const record = await sessions.readCached(sessionId, nowMs);
      if (entryOf(record, strangerWith(linkKeyOf(request)), nowMs) !== 'in') return null;
      const { media } = record.playback;
      const hasPicture = await pictures.has(media.id);
      const url = `${publicOrigin(request)}/api/v1/titles/picture?id=${encodeURIComponent(media.id)}`;
      return headOf(record, hostName(record, roster), hasPicture ? url : null);
    },
  };
}

/** A caller of whom nothing is known but the link: the reader of a preview. */
const strangerWith = (linkKey: string | null) => ({ memberIds: [''], addressHash: null, linkKey, isKnown: false }) as const;

function headOf(record: SessionRecord, host: string | null, pictureUrl: string | null): PageHead {
  const title = titleOfMedia(record.playback.media);
  const to = isNamed(record) ? `to “${record.access.name}”` : 'to watch together';
  return {
    title,
    description: `${host === null ? 'You are invited' : `${host} invites you`} ${to}. No account, nothing to install.`,
    image: pictureUrl === null ? null : { url: pictureUrl, alt: title },
  };
}

/** What the owner is called: as they are here, else as they were when they last did something. */
function hostName({ id, access, playback }: SessionRecord, roster: SessionHeadDeps['roster']): string | null {
  const { cause } = playback.timeline;
  return roster.nameOf(id, access.ownerId) ?? (cause.memberId === access.ownerId ? cause.name : null);
}
