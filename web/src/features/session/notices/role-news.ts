import type { SessionClient, SessionState } from '@cowatch/shared/client';
import type { Access } from '@cowatch/shared/protocol';
import { roleOf, timeOutUntilMs } from '@cowatch/shared/timeline';

/** What a change of roles tells people: of everybody where it says who looks after the party, else of oneself. */
export type RoleNews =
  /** `owner`: until who is back; empty where that is not known. */
  | { readonly kind: 'acting'; readonly name: string; readonly owner: string; readonly own: boolean }
  | { readonly kind: 'ownerBack' | 'newOwner'; readonly name: string; readonly own: boolean }
  | { readonly kind: 'madeHost' | 'notHost' | 'muted' | 'unmuted' | 'timeOutOver' };

/**
 * What the newest settings say that those of before did not. What one may no longer do is told to who it was taken from, and
 * to nobody else.
 *
 * @param nameOf what somebody is called; null where this client never knew
 * @param nowMs cluster milliseconds
 */
export function roleNews(
  before: Access,
  after: Access,
  { ownId, nameOf, nowMs }: { readonly ownId: string; readonly nameOf: (memberId: string) => string | null; readonly nowMs: number },
): readonly RoleNews[] {
  const news: RoleNews[] = [];
  const about = (kind: 'ownerBack' | 'newOwner') => {
    const name = nameOf(after.ownerId);
    if (name !== null || after.ownerId === ownId) news.push({ kind, name: name ?? '', own: after.ownerId === ownId });
  };
  if (after.ownerId !== before.ownerId) about('newOwner');
  else if (after.actingOwnerId !== before.actingOwnerId) {
    const acting = after.actingOwnerId;
    if (acting === undefined) about('ownerBack');
    else news.push({ kind: 'acting', name: nameOf(acting) ?? '', owner: nameOf(after.ownerId) ?? '', own: acting === ownId });
  }
  return [...news, ...ownNews(before, after, ownId, nowMs)];
}

function ownNews(before: Access, after: Access, ownId: string, nowMs: number): readonly RoleNews[] {
  const news: RoleNews[] = [];
  const [was, is] = [roleOf(before, ownId), roleOf(after, ownId)];
  const byName = (access: Access) => access.hostIds.includes(ownId);
  if (was === 'member' && is === 'host' && byName(after)) news.push({ kind: 'madeHost' });
  if (was === 'host' && is === 'member' && byName(before)) news.push({ kind: 'notHost' });
  const [wasMuted, isMuted] = [before, after].map(({ mutedIds }) => mutedIds?.includes(ownId) === true);
  if (wasMuted !== isMuted) news.push({ kind: isMuted ? 'muted' : 'unmuted' });
  const ended = timeOutUntilMs(before, ownId, nowMs) !== null && timeOutUntilMs(after, ownId, nowMs) === null;
  if (ended) news.push({ kind: 'timeOutOver' });
  return news;
}

/** Tells of changes of roles as they come; returns its stop. Names are kept: who is told of may have gone. */
export function watchRoles(
  client: Pick<SessionClient, 'state' | 'subscribe' | 'clusterNowMs'>,
  tell: (news: RoleNews) => void,
): () => void {
  const names = new Map<string, string>();
  let { access, you } = client.state;
  const learn = ({ members }: SessionState) => {
    // Bound: those on this client's roster, now or since it has the party open.
    for (const { memberId, name } of members) names.set(memberId, name);
  };
  learn(client.state);
  const onChange = () => {
    const { state } = client;
    learn(state);
    const nowMs = client.clusterNowMs();
    if (state.access === access && state.you?.timeOutUntilMs === you?.timeOutUntilMs) return;
    const [before, wasTimedOut] = [access, you?.timeOutUntilMs ?? null];
    ({ access, you } = state);
    if (before === null || access === null || you === null || nowMs === null) return;
    if (before === access) {
      // It ran out: nobody has changed anything.
      if (wasTimedOut !== null && you.timeOutUntilMs === null) tell({ kind: 'timeOutOver' });
      return;
    }
    const context = { ownId: you.memberId, nameOf: (id: string) => names.get(id) ?? null, nowMs };
    for (const news of roleNews(before, access, context)) tell(news);
  };
  return client.subscribe(onChange);
}
