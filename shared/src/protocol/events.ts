import type { z } from 'zod';
import type { ResumeDevice } from '../resume/record.ts';
import type {
  ChatCommand,
  ChatFrame,
  ChatHistory,
  ChatHistoryRequest,
  ChatResult,
  ChatSend,
  ChatTyping,
  chatTypingSchema,
  ReactionBurst,
  reactionSchema,
} from './chat.ts';
import type { DeviceAnswer, DeviceChange, DeviceCommand, DeviceHello, DeviceHelloResult, DeviceOrder, DeviceResult } from './devices.ts';
import type { Answer } from './errors.ts';
import type { QueueChange, QueueCommand, QueueHistory, QueueListRequest, QueueResult, QueueState } from './queue.ts';
import type { ResumeEntry, ResumeSaveRequest, ResumeSaveResult, ResumeStartRequest, ResumeStartResult } from './resume.ts';
import type { BanReach, KnockList, Moderation, PartyLink, RemovalReason } from './roles.ts';
import type {
  banReachRequestSchema,
  clockPingSchema,
  JoinRequest,
  leaveSchema,
  MemberReport,
  ofSessionSchema,
  PlaybackCommand,
  rosterRequestSchema,
  SessionCommand,
} from './schemas.ts';
import type { Access, ClockPong, CommandResult, JoinSnapshot, Playback, PresenceChange, ReportResult, RosterPage } from './state.ts';

type Ack<T> = (answer: Answer<T>) => void;

/** What a client may send. Every one is acknowledged with an `Answer`. */
export interface ClientToServerEvents {
  'clock:ping': (message: z.infer<typeof clockPingSchema>, ack: Ack<ClockPong>) => void;
  'session:join': (message: JoinRequest, ack: Ack<JoinSnapshot>) => void;
  'session:leave': (message: z.infer<typeof leaveSchema>, ack: Ack<null>) => void;
  'session:roster': (message: z.infer<typeof rosterRequestSchema>, ack: Ack<RosterPage>) => void;
  'session:command': (message: SessionCommand, ack: Ack<CommandResult>) => void;
  'session:moderation': (message: z.infer<typeof ofSessionSchema>, ack: Ack<Moderation>) => void;
  'session:ban-reach': (message: z.infer<typeof banReachRequestSchema>, ack: Ack<BanReach>) => void;
  'session:link': (message: z.infer<typeof ofSessionSchema>, ack: Ack<PartyLink>) => void;
  'playback:command': (message: PlaybackCommand, ack: Ack<CommandResult>) => void;
  'chat:send': (message: ChatSend, ack: Ack<ChatResult>) => void;
  'chat:history': (message: ChatHistoryRequest, ack: Ack<ChatHistory>) => void;
  'chat:command': (message: ChatCommand, ack: Ack<ChatResult>) => void;
  'chat:typing': (message: z.infer<typeof chatTypingSchema>, ack: Ack<null>) => void;
  'reaction:send': (message: z.infer<typeof reactionSchema>, ack: Ack<null>) => void;
  'member:report': (message: MemberReport, ack: Ack<ReportResult>) => void;
  'queue:command': (message: QueueCommand, ack: Ack<QueueResult>) => void;
  'queue:list': (message: QueueListRequest, ack: Ack<QueueState | QueueHistory>) => void;
  'device:hello': (message: DeviceHello, ack: Ack<DeviceHelloResult>) => void;
  'device:command': (message: DeviceCommand, ack: Ack<DeviceResult>) => void;
  'resume:save': (message: ResumeSaveRequest, ack: Ack<ResumeSaveResult>) => void;
  'resume:start': (message: ResumeStartRequest, ack: Ack<ResumeStartResult>) => void;
}

/** What the server sends unasked. */
export interface ServerToClientEvents {
  'playback:changed': (message: Playback & { readonly sessionId: string }) => void;
  'session:changed': (message: { readonly sessionId: string; readonly access: Access }) => void;
  'session:presence': (message: PresenceChange & { readonly sessionId: string }) => void;
  'session:removed': (message: { readonly sessionId: string; readonly reason: RemovalReason }) => void;
  /** To hosts: who waits to be let in. */
  'session:knock': (message: KnockList) => void;
  /** To who knocked: a host has let them in, and they may join; or has not. */
  'session:admitted': (message: { readonly sessionId: string; readonly admitted: boolean }) => void;
  'session:ended': (message: { readonly sessionId: string; readonly media: Playback['media'] }) => void;
  'chat:lines': (message: ChatFrame & { readonly sessionId: string }) => void;
  'chat:typing': (message: ChatTyping & { readonly sessionId: string }) => void;
  'reaction:burst': (message: ReactionBurst & { readonly sessionId: string }) => void;
  /** What is up next, and who wants it; as steps from one version to the next. */
  'queue:changed': (message: QueueChange) => void;
  /** A title of one's own changed on another device; `entry` is null where it was deleted. */
  'resume:updated': (message: { readonly contentId: string; readonly entry: ResumeEntry | null }) => void;
  /** Another device of one's own has begun to play this. */
  'resume:superseded': (message: { readonly contentId: string; readonly device: ResumeDevice }) => void;
  /** The row of what to go on with is another now: a page that shows it asks for it. */
  'continue:changed': (message: Readonly<Record<string, never>>) => void;
  /** What another device of one's own plays, or that it is gone. */
  'device:changed': (message: DeviceChange) => void;
  /** Another device of one's own wants this to be done here; what became of it is acknowledged. */
  'device:command': (message: DeviceOrder, ack: (answer: DeviceAnswer) => void) => void;
  /** The build of the pages that this server serves, after every connect: `<Unix ms when it was built>-<hash>`. */
  'server:pages': (message: { readonly build: string }) => void;
  /** This process is about to stop: connect again after so many milliseconds. */
  'server:draining': (message: { readonly reconnectInMs: number }) => void;
}
