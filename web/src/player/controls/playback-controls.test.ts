import type { CommandOutcome, SessionClient, SessionState } from '@cowatch/shared/client';
import { describe, expect, it } from 'vitest';
import { PartyRules } from '../party/party-rules.ts';
import { PlaybackControls } from './playback-controls.ts';

const DURATION_S = 100;
const PRESSED_AT_MS = 1_700_000_000_000;

/** A party at 50 s that writes down what it is asked for; answers come when the test lets them. */
interface Circumstances {
  readonly playing?: boolean;
  readonly canControl?: boolean;
  readonly connection?: string;
  readonly positionS?: number;
  readonly phase?: string;
  /** What the own player calls its length. */
  readonly ownDurationS?: number;
  /** No host has said how long it is. */
  readonly isUnstated?: boolean;
  readonly cause?: { readonly kind: string; readonly memberId: string };
  /** How long ago the timeline last changed. */
  readonly laterMs?: number;
}

function standInParty(over: Circumstances = {}) {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const ask = (what: string) => {
    asked.push(what);
    return new Promise<CommandOutcome>((resolve) => answers.push(() => resolve({ ok: true, changed: true })));
  };
  const state = {
    connection: over.connection ?? 'joined',
    sync: { phase: over.phase ?? 'idle' },
    you: { memberId: 'a', role: 'member', canControl: over.canControl ?? true },
    playback: {
      timeline: {
        playing: over.playing ?? false,
        rate: 1,
        version: PRESSED_AT_MS,
        cause: over.cause ?? { kind: 'create' },
      },
      media: { durationS: over.isUnstated ? null : DURATION_S },
    },
  } as unknown as SessionState;
  const client = {
    state,
    subscribe: () => () => {},
    targetPositionS: () => over.positionS ?? 50,
    clusterNowMs: () => PRESSED_AT_MS + (over.laterMs ?? 60_000),
    play: () => ask('play'),
    pause: () => ask('pause'),
    seek: (positionS: number) => ask(`seek ${positionS}`),
    setRate: (rate: number) => ask(`rate ${rate}`),
  } as unknown as SessionClient;
  const controls = new PlaybackControls({ elementDurationS: () => over.ownDurationS ?? Number.NaN });
  const rules = new PartyRules(client);
  controls.setDriver(client, rules);
  const answerAll = async () => {
    for (const answer of answers.splice(0)) answer();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { controls, rules, client, asked, answerAll };
}

describe('party controls', () => {
  it('goes to tenths of the whole', () => {
    const { controls, asked } = standInParty();
    controls.seekToTenth(3);
    controls.seekToTenth(0);
    expect(asked).toEqual(['seek 30', 'seek 0']);
  });

  it('goes through the offered speeds, from the last one asked for', async () => {
    const { controls, asked, answerAll } = standInParty();
    const rates = [0.5, 1, 1.25, 1.5];
    expect([controls.rateBy(1, rates), controls.rateBy(1, rates), controls.rateBy(1, rates)]).toEqual([1.25, 1.5, null]);
    await answerAll();
    // The party has not taken it: from where it is.
    expect(controls.rateBy(-1, rates)).toBe(0.5);
    expect(asked).toEqual(['rate 1.25', 'rate 1.5', 'rate 0.5']);
  });

  it('asks the party, once per press', () => {
    const { controls, asked } = standInParty();
    controls.toggle();
    controls.setRate(1.5);
    expect(asked).toEqual(['play', 'rate 1.5']);
  });

  it.each([
    ['somebody else, just now', { kind: 'pause', memberId: 'b' }, 100, []],
    ['somebody else, a while ago', { kind: 'pause', memberId: 'b' }, 900, ['play']],
    ['oneself, just now', { kind: 'pause', memberId: 'a' }, 100, ['play']],
    ['somebody else who jumped', { kind: 'seek', memberId: 'b' }, 100, ['play']],
  ])('a press that crosses the same press of another does not undo it: %s', (_who, cause, laterMs, expected) => {
    const { controls, asked } = standInParty({ cause, laterMs });
    controls.toggle();
    expect(asked).toEqual(expected);
  });

  it('is at its end where the follower says so, and not where the own video breaks off', () => {
    expect(standInParty({ phase: 'ended', ownDurationS: 80 }).controls.ended()).toBe(true);
    const cut = standInParty({ positionS: 60, ownDurationS: 55 }).controls;
    expect([cut.ended(), cut.durationS()]).toEqual([false, DURATION_S]);
  });

  it('adds up a held key from what was asked last, and shows it until the party has answered', async () => {
    const { controls, asked, answerAll } = standInParty();
    for (let i = 0; i < 3; i += 1) controls.seekBy(5);
    expect(asked).toEqual(['seek 55', 'seek 60', 'seek 65']);
    expect(controls.positionS()).toBe(65);
    await answerAll();
    expect(controls.positionS()).toBe(50);
  });

  it('shows no place beyond an end that nobody has stated, and jumps back from there', () => {
    const { controls, asked } = standInParty({ isUnstated: true, ownDurationS: 80, positionS: 140 });
    expect(controls.positionS()).toBe(80);
    controls.seekBy(-10);
    expect(asked).toEqual(['seek 70']);
    // What is live has no end.
    expect(standInParty({ isUnstated: true, positionS: 140 }).controls.positionS()).toBe(140);
  });

  it('keeps every jump within the medium', () => {
    const { controls, asked } = standInParty();
    controls.seekTo(-10);
    controls.seekTo(DURATION_S + 10);
    expect(asked).toEqual(['seek 0', `seek ${DURATION_S}`]);
  });

  it('asks for one seek at the end of a drag and for none during it', () => {
    const { controls, asked } = standInParty();
    for (const positionS of [51, 60, 70]) controls.preview(positionS);
    expect(controls.positionS()).toBe(70);
    expect(asked).toEqual([]);
    controls.commitPreview();
    expect(asked).toEqual(['seek 70']);
    controls.commitPreview();
    expect(asked).toEqual(['seek 70']);
  });

  it('asks for nothing when a drag is taken away', () => {
    const { controls, asked } = standInParty();
    controls.preview(70);
    controls.dropPreview();
    controls.commitPreview();
    expect(asked).toEqual([]);
    expect(controls.positionS()).toBe(50);
  });

  it('begins again from the start when play is pressed at the end', () => {
    const { controls, asked } = standInParty({ playing: true, positionS: DURATION_S });
    expect(controls.ended()).toBe(true);
    controls.toggle();
    expect(asked).toEqual(['seek 0']);
  });

  it.each([
    [{ canControl: false }, 'no-control'],
    [{ connection: 'reconnecting' }, 'not-connected'],
  ])('passes nothing on with %j and says why', (over, hint) => {
    const { controls, rules, asked } = standInParty(over);
    const hints: string[] = [];
    rules.onHint((each) => hints.push(each));
    controls.toggle();
    controls.seekBy(5);
    controls.preview(70);
    controls.commitPreview();
    expect(asked).toEqual([]);
    expect(hints).toEqual([hint, hint]);
    expect(controls.positionS()).toBe(50);
  });

  it('passes nothing on after leaving, and says nothing of it', () => {
    const { controls, rules, asked } = standInParty({ connection: 'left' });
    const hints: string[] = [];
    rules.onHint((each) => hints.push(each));
    controls.toggle();
    expect([controls.allowed(), asked, hints]).toEqual([false, [], []]);
  });

  it('passes every press on without the rules of a party', () => {
    const { controls, client, asked } = standInParty({ canControl: false, cause: { kind: 'pause', memberId: 'b' }, laterMs: 0 });
    controls.setDriver(client);
    expect(controls.allowed()).toBe(true);
    controls.toggle();
    controls.seekBy(5);
    expect(asked).toEqual(['play', 'seek 55']);
  });
});
