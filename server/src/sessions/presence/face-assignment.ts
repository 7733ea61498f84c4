import { LIVE_ROSTER_MAX } from '@cowatch/shared/protocol';
import { type Face, type FaceWish, faceAmong, looksLike } from './faces.domain.ts';
import type { Person } from './person.ts';

/** People of one session, by member. */
export type People = ReadonlyMap<string, Person>;

/** Gives a person the face they wish for, as far as it is free; returns whether that is another than before. */
export function assignFace(
  people: People,
  memberId: string,
  person: Person,
  { name, look }: FaceWish,
  nowMs: number,
  hostNames: readonly string[],
): boolean {
  const before = person.face;
  const wish = { name, look: look ?? (person.isFaced ? before.look : undefined) };
  const face = faceAmong(memberId, wish, facesBut(people, memberId), people.size > LIVE_ROSTER_MAX ? [] : hostNames);
  person.faced({ ...face, name: person.nameFor(name) ?? face.name }, name, nowMs);
  return !isSameFace(person.face, before);
}

/**
 * Of two people with one face, on two instances at once, the later one gets another, by an instance that they are on.
 * @returns members here who got another face
 */
export function resolveFaces(people: People, memberId: string, person: Person): string[] {
  const refaced: string[] = [];
  for (const [otherId, other] of comparable(people)) {
    if (otherId === memberId || !looksLike(other.face, person.face)) continue;
    const isLater = other.facedAtMs > person.facedAtMs || (other.facedAtMs === person.facedAtMs && otherId > memberId);
    const [laterId, later] = isLater ? [otherId, other] : [memberId, person];
    if (!later.isHere) continue;
    const wish = { name: later.wanted, look: later.face.look };
    later.faced(faceAmong(laterId, wish, facesBut(people, laterId)), wish.name, later.facedAtMs);
    refaced.push(laterId);
  }
  return refaced;
}

export const isSameFace = (a: Face, b: Face): boolean =>
  a.name === b.name && a.look.colour === b.look.colour && a.look.emoji === b.look.emoji;

function* facesBut(people: People, memberId: string): Iterable<Face> {
  for (const [otherId, { face }] of comparable(people)) if (otherId !== memberId) yield face;
}

/** In a large session nobody knows everybody, and people are told apart by where they are in the list alone. */
function comparable(people: People): Iterable<readonly [string, Person]> {
  return people.size > LIVE_ROSTER_MAX ? [] : [...people].filter(([, { isFaced }]) => isFaced);
}
