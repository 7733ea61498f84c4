import type { Answer, ChatFrame, CommandResult, JoinSnapshot, Playback } from '@cowatch/shared/protocol';
import { SETTLED } from '../../load/habits.ts';
import { takeSeats } from '../scale/seats.ts';
import type { Target } from '../scale/target.ts';
import type { FloorFrames } from './floor.types.ts';

/** A jump in here is told with as many digits as all the jumps of the benches. */
const FIRST_JUMP_S = 150;
const CAPTURED_JUMP_S = 250;
const CAPTURED_TEXT = 'a line of the usual length, as people say it';

/** Joins a party, plays and jumps, and writes down what the server sends on it. */
export async function captureFrames(target: Target): Promise<FloorFrames> {
  let changed: (Playback & { readonly sessionId: string }) | null = null;
  let said: (ChatFrame & { readonly sessionId: string }) | null = null;
  const seats = await takeSeats(target, SETTLED, [], (host) => {
    host.keepAnswers = true;
    host.onText = (text) => {
      if (text.startsWith('42["playback:changed"')) changed = JSON.parse(text.slice(2))[1];
      if (text.startsWith('42["chat:lines"')) said = JSON.parse(text.slice(2))[1];
    };
  });
  try {
    await seats.play();
    await seats.jump(FIRST_JUMP_S);
    // While it plays, so that where playback was has all its digits.
    await new Promise((resolve) => setTimeout(resolve, 700));
    await seats.jump(CAPTURED_JUMP_S);
    const { answers } = seats.host;
    const command = dataOf<CommandResult>(answers.command);
    await seats.host.say(CAPTURED_TEXT, 'captured-line').answer;
    seats.host.report();
    while (answers.report === undefined || changed === null || said === null) await new Promise((resolve) => setTimeout(resolve, 5));
    const snapshot = dataOf<JoinSnapshot>(answers.join);
    const [member] = snapshot.roster.members;
    if (member === undefined) throw new Error('The host is not on the roster');
    return {
      changed,
      snapshot,
      member: { ...member, role: 'member' },
      command,
      said,
      pong: dataOf(answers.clock),
      report: dataOf(answers.report),
    };
  } finally {
    seats.stop();
  }
}

function dataOf<T>(text: string | undefined): T {
  const [answer] = JSON.parse(text ?? '[]') as [Answer<T>?];
  if (!answer?.ok) throw new Error(`There is no such answer: ${text}`);
  return answer.data;
}
