import { z } from 'zod';
import {
  type Answer,
  banReachRequestSchema,
  type ClientToServerEvents,
  chatCommandSchema,
  chatHistorySchema,
  chatSendSchema,
  chatTypingSchema,
  clockPingSchema,
  deviceAnswerSchema,
  deviceCommandSchema,
  deviceHelloSchema,
  devicePlayingSchema,
  ERROR_CODES,
  joinSchema,
  leaveSchema,
  ofSessionSchema,
  type ProtocolError,
  playbackCommandSchema,
  queueCommandSchema,
  queueListSchema,
  REFUSAL_REASONS,
  reactionSchema,
  reportSchema,
  resumeStartSchema,
  rosterRequestSchema,
  type ServerToClientEvents,
  sessionCommandSchema,
} from '../protocol/index.ts';
import { chatHistoryAnswerSchema, chatLinesSchema, chatResultSchema, chatTypingChangedSchema, reactionBurstSchema } from './chat.ts';
import { queueChangedSchema, queueListedSchema, queueResultSchema } from './queue.ts';
import {
  continueChangedSchema,
  deviceChangedSchema,
  deviceHelloResultSchema,
  deviceOrderSchema,
  resumeAnswersSchema,
  resumeSaveDescribed,
  resumeStartedSchema,
  resumeSupersededSchema,
  resumeUpdatedSchema,
} from './resume.ts';
import {
  banReachSchema,
  clockPongSchema,
  commandResultSchema,
  joinSnapshotSchema,
  moderationSchema,
  partyLinkSchema,
  playbackChangedSchema,
  reportResultSchema,
  rosterPageSchema,
  serverDrainingSchema,
  serverPagesSchema,
  sessionAdmittedSchema,
  sessionChangedSchema,
  sessionEndedSchema,
  sessionKnockSchema,
  sessionPresenceSchema,
  sessionRemovedSchema,
} from './session.ts';

type Arguments<Events, E extends keyof Events> = Events[E] extends (...args: infer A) => void ? A : never;
type AnswerTo<Events, E extends keyof Events> = Arguments<Events, E> extends [unknown, (answer: infer A) => void] ? A : null;

/** One event, for the document that describes it. */
interface Described<Events, E extends keyof Events> {
  readonly summary: string;
  readonly message: z.ZodType<Arguments<Events, E>[0]>;
  /** The whole acknowledgement; null where there is none. */
  readonly answer: AnswerTo<Events, E> extends null ? null : z.ZodType<AnswerTo<Events, E>>;
}

export type DescribedEvents<Events> = { readonly [E in keyof Events]: Described<Events, E> };

export const protocolErrorSchema = z
  .object({
    code: z.enum(ERROR_CODES),
    message: z.string().describe('For people; may change.'),
    retryAfterMs: z.number().exactOptional().describe('Milliseconds after which trying again makes sense.'),
    reason: z.enum(REFUSAL_REASONS).exactOptional().describe('What it is about, where a client may say it in its own words.'),
  })
  .meta({ id: 'ProtocolError' }) satisfies z.ZodType<ProtocolError>;

const refusalSchema = z.object({ ok: z.literal(false), error: protocolErrorSchema }).meta({ id: 'Refusal' });

/** Data, or why not. */
const answerOf = <T>(data: z.ZodType<T>): z.ZodType<Answer<T>> => z.union([z.object({ ok: z.literal(true), data }), refusalSchema]);

/** What a client may send. */
export const clientEvents: DescribedEvents<ClientToServerEvents> = {
  'clock:ping': {
    summary: 'Asks for cluster time.',
    message: clockPingSchema,
    answer: answerOf(clockPongSchema),
  },
  'session:join': {
    summary: 'Puts this connection into a session.',
    message: joinSchema,
    answer: answerOf(joinSnapshotSchema),
  },
  'session:leave': {
    summary: 'Takes this connection out of the session it is in.',
    message: leaveSchema,
    answer: answerOf(z.null()),
  },
  'session:roster': {
    summary: 'Asks for a page of the people in the session.',
    message: rosterRequestSchema,
    answer: answerOf(rosterPageSchema),
  },
  'session:command': {
    summary: 'Changes settings, rights, roles, people or one’s own name, or ends the session.',
    message: sessionCommandSchema,
    answer: answerOf(commandResultSchema),
  },
  'session:moderation': {
    summary: 'Asks, as a host, for what hosts did, who is banned and who waits.',
    message: ofSessionSchema,
    answer: answerOf(moderationSchema),
  },
  'session:ban-reach': {
    summary: 'Asks, as a host, whom a ban by address would keep out.',
    message: banReachRequestSchema,
    answer: answerOf(banReachSchema),
  },
  'session:link': {
    summary: 'Asks for the link that lets people in now.',
    message: ofSessionSchema,
    answer: answerOf(partyLinkSchema),
  },
  'playback:command': {
    summary: 'Plays, pauses, seeks, changes speed, loads, brings back what was replaced, or states a length.',
    message: playbackCommandSchema,
    answer: answerOf(commandResultSchema),
  },
  'chat:send': {
    summary: 'Says a line in the chat.',
    message: chatSendSchema,
    answer: answerOf(chatResultSchema),
  },
  'chat:history': {
    summary: 'Asks for the latest lines, for older ones, or for what was missed.',
    message: chatHistorySchema,
    answer: answerOf(chatHistoryAnswerSchema),
  },
  'chat:command': {
    summary: 'Edits or deletes a line, clears the chat, or changes its settings.',
    message: chatCommandSchema,
    answer: answerOf(chatResultSchema),
  },
  'chat:typing': {
    summary: 'Says that one types, or no more.',
    message: chatTypingSchema,
    answer: answerOf(z.null()),
  },
  'reaction:send': {
    summary: 'Shows everybody an emoji over the picture.',
    message: reactionSchema,
    answer: answerOf(z.null()),
  },
  'member:report': {
    summary: 'Says how this connection’s player does.',
    message: reportSchema,
    answer: answerOf(reportResultSchema),
  },
  'queue:command': {
    summary: 'Adds to the queue, orders it, votes, or goes on with it.',
    message: queueCommandSchema,
    answer: answerOf(queueResultSchema),
  },
  'queue:list': {
    summary: 'Asks for the queue, or for what was played.',
    message: queueListSchema,
    answer: answerOf(queueListedSchema),
  },
  'device:hello': {
    summary: 'Says what this connection is to its viewer’s other devices.',
    message: deviceHelloSchema as DescribedEvents<ClientToServerEvents>['device:hello']['message'],
    answer: answerOf(deviceHelloResultSchema),
  },
  'device:command': {
    summary: 'Wants another device of one’s own to do something.',
    message: deviceCommandSchema,
    answer: answerOf(z.object({ playing: z.object(devicePlayingSchema.shape).nullable() })),
  },
  'resume:save': {
    summary: 'Saves up to 50 positions.',
    message: resumeSaveDescribed,
    answer: answerOf(resumeAnswersSchema),
  },
  'resume:start': {
    summary: 'Begins a title here, and asks where one is in it.',
    message: resumeStartSchema,
    answer: answerOf(resumeStartedSchema),
  },
};

/** What the server sends unasked. */
export const serverEvents: DescribedEvents<ServerToClientEvents> = {
  'playback:changed': { summary: 'The timeline, or the medium.', message: playbackChangedSchema, answer: null },
  'session:changed': { summary: 'Settings and roles.', message: sessionChangedSchema, answer: null },
  'session:presence': { summary: 'What changed among the people.', message: sessionPresenceSchema, answer: null },
  'session:removed': { summary: 'One was kicked or banned.', message: sessionRemovedSchema, answer: null },
  'session:knock': { summary: 'Who waits to be let in; to hosts.', message: sessionKnockSchema, answer: null },
  'session:admitted': { summary: 'A host has let one in, or has not; to who knocked.', message: sessionAdmittedSchema, answer: null },
  'session:ended': { summary: 'The session is over, for good.', message: sessionEndedSchema, answer: null },
  'chat:lines': { summary: 'New lines of the chat, and what became of others.', message: chatLinesSchema, answer: null },
  'chat:typing': { summary: 'Somebody types, or no more.', message: chatTypingChangedSchema, answer: null },
  'reaction:burst': { summary: 'Reactions since the last of these.', message: reactionBurstSchema, answer: null },
  'queue:changed': { summary: 'What leads from one version of the queue to the next.', message: queueChangedSchema, answer: null },
  'resume:updated': { summary: 'A title of one’s own changed.', message: resumeUpdatedSchema, answer: null },
  'resume:superseded': {
    summary: 'Another device of one’s own has begun to play this.',
    message: resumeSupersededSchema,
    answer: null,
  },
  'continue:changed': { summary: 'What to go on with may be another.', message: continueChangedSchema, answer: null },
  'device:changed': {
    summary: 'What another device of one’s own plays, or that it is gone.',
    message: deviceChangedSchema,
    answer: null,
  },
  'device:command': {
    summary: 'Another device of one’s own wants this done here.',
    message: deviceOrderSchema,
    answer: deviceAnswerSchema as NonNullable<DescribedEvents<ServerToClientEvents>['device:command']['answer']>,
  },
  'server:pages': {
    summary: 'Which build of the web pages is served here, after every connect.',
    message: serverPagesSchema,
    answer: null,
  },
  'server:draining': {
    summary: 'This server is about to stop: connect again after so long.',
    message: serverDrainingSchema,
    answer: null,
  },
};
