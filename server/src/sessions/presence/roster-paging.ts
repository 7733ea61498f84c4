import { lookSchema, type Member, memberStateSchema, ROSTER_PAGE_SIZE, type RosterPage, roleSchema } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import { PAGE_ASK_MS } from '../session.limits.ts';
import type { SessionRoster } from './session-roster.ts';

/** Asks for a page of the people of a large session whom nothing published names. */
const PEOPLE_PAGE = 'people:page';

const questionSchema = z.object({ sessionId: z.string(), offset: z.int().min(0), limit: z.int().min(1) });
const answerSchema = z.array(
  z.object({
    memberId: z.string(),
    name: z.string(),
    look: lookSchema,
    role: roleSchema,
    state: memberStateSchema,
    driftMs: z.number().nullable(),
    devices: z.number(),
  }) satisfies z.ZodType<Member>,
);

/** Pages of the roster whose people are on other instances. */
export class RosterPaging {
  readonly #bus: ClusterBus;
  readonly #rosterOf: (sessionId: string) => SessionRoster | undefined;

  constructor(bus: ClusterBus, rosterOf: (sessionId: string) => SessionRoster | undefined) {
    this.#bus = bus;
    this.#rosterOf = rosterOf;
  }

  /** Answers other instances; returns its stop. */
  start(): () => void {
    return this.#bus.reply(PEOPLE_PAGE, (message) => {
      const { sessionId, offset, limit } = questionSchema.parse(message);
      return this.#rosterOf(sessionId)?.unnamedHere(offset, Math.min(limit, ROSTER_PAGE_SIZE)) ?? [];
    });
  }

  /** Fills a page with people of one other instance; without them where it gives no answer: the next page goes on behind. */
  async ask(
    sessionId: string,
    page: RosterPage,
    from: number,
    place: { readonly instanceId: string; readonly offset: number; readonly left: number },
  ): Promise<RosterPage> {
    const limit = Math.min(ROSTER_PAGE_SIZE, place.left);
    const question = { sessionId, offset: place.offset, limit };
    const next = from + limit;
    const nextOffset = next < page.count ? next : null;
    try {
      const answer = await this.#bus.request(place.instanceId, PEOPLE_PAGE, question, PAGE_ASK_MS);
      return { ...page, members: answerSchema.parse(answer), nextOffset };
    } catch {
      return { ...page, members: [], nextOffset };
    }
  }
}
