import type { Access, ChatFrame, ClockPong, CommandResult, JoinSnapshot, Member, Playback, ReportResult } from '@cowatch/shared/protocol';

/** What the server was seen to send, for a floor to send again: the same frames but for what must differ. */
export interface FloorFrames {
  readonly changed: Playback & { readonly sessionId: string };
  /** A line of the chat, as a party that is not large is told it. */
  readonly said: ChatFrame & { readonly sessionId: string };
  readonly command: CommandResult;
  readonly pong: ClockPong;
  readonly report: ReportResult;
  readonly snapshot: JoinSnapshot & { readonly access: Access };
  /** One line of the roster. */
  readonly member: Member;
}

export interface FloorPlan {
  readonly frames: FloorFrames;
  /** What a join is answered: the state, as the server does, or nothing at all. */
  readonly join: 'state' | 'nothing';
  /** Redis that instances speak through; null for one on its own. */
  readonly redisUrl: string | null;
}
