import type { SessionNotice } from '@cowatch/shared/client';
import { RESTORE_MEDIA_MS } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { addNotice, CHIP_MS, type Chip, dropEnded, UNDO_MS } from './notice-feed.ts';

/** Plays notices, one every `stepMs`, and gives the chips after the last. */
function feed(notices: readonly SessionNotice[], stepMs = 100): readonly Chip[] {
  return notices.reduce<readonly Chip[]>((chips, notice, i) => addNotice(chips, notice, i * stepMs, i + 1), []);
}
const contents = (chips: readonly Chip[]) => chips.map((chip) => chip.content);
const paused = (name: string, own = false): SessionNotice => ({ kind: 'paused', name, own });
const jumped = (name: string, positionS: number, fromPositionS: number, own = false): SessionNotice => ({
  kind: 'jumped',
  name,
  own,
  positionS,
  fromPositionS,
});

describe('notice feed', () => {
  it('adds up who joined, each name once', () => {
    const chips = feed([
      { kind: 'joined', names: ['Cleo'] },
      { kind: 'joined', names: ['Dev', 'Fay'] },
      { kind: 'joined', names: ['Cleo'] },
    ]);
    expect(contents(chips)).toEqual([{ kind: 'joined', names: ['Cleo', 'Dev', 'Fay'] }]);
  });

  it('says once that the party is saved', () => {
    expect(contents(feed([{ kind: 'kept' }, { kind: 'kept' }]))).toEqual([{ kind: 'kept' }]);
  });

  it('begins anew when the last story has ended', () => {
    const chips = feed(
      [
        { kind: 'joined', names: ['Cleo'] },
        { kind: 'joined', names: ['Dev'] },
      ],
      CHIP_MS + 1,
    );
    expect(contents(chips)).toEqual([{ kind: 'joined', names: ['Dev'] }]);
  });

  it('shows only the newest of play, pause and speed', () => {
    const chips = feed([paused('Ana'), { kind: 'played', name: 'Ben', own: false }]);
    expect(contents(chips)).toEqual([{ kind: 'played', name: 'Ben', own: false }]);
  });

  it('makes one jump of many by the same person, undone to where the first began', () => {
    const chips = feed([jumped('Ben', 20, 10), jumped('Ben', 30, 20), jumped('Ben', 40, 30)]);
    expect(contents(chips)).toEqual([{ kind: 'jumped', name: 'Ben', own: false, positionS: 40, fromPositionS: 10 }]);
    expect(chips[0]?.id).toBe(1);
    expect(chips[0]?.endsAtMs).toBe(200 + UNDO_MS);
  });

  it('offers to undo only the last jump: after another one the way back leads elsewhere', () => {
    const chips = feed([jumped('Ben', 20, 10), jumped('Ana', 5, 20)]);
    expect(contents(chips)).toEqual([{ kind: 'jumped', name: 'Ana', own: false, positionS: 5, fromPositionS: 20 }]);
  });

  describe('takes away the chip of a jump that was taken back', () => {
    it('for whoever did that', () => {
      expect(feed([jumped('Ben', 40, 10), jumped('Ana', 10, 42, true)])).toEqual([]);
      expect(feed([jumped('Ana', 40, 10, true), jumped('Ana', 10, 42, true)])).toEqual([]);
    });

    it('for everybody else, who are told', () => {
      const undone = [{ kind: 'undone', name: 'Ana' }];
      expect(contents(feed([jumped('Ben', 40, 10), jumped('Ana', 10, 42)]))).toEqual(undone);
      expect(contents(feed([jumped('Ben', 40, 10, true), jumped('Ana', 10, 42)]))).toEqual(undone);
    });

    it('where it was many jumps of one', () => {
      expect(feed([jumped('Ben', 20, 10), jumped('Ben', 30, 20), jumped('Ana', 10, 31, true)])).toEqual([]);
    });
  });

  it('undoes no jump of another video', () => {
    const chips = feed([jumped('Ben', 20, 10), paused('Ben'), { kind: 'loaded', name: 'Cleo', own: false, replaced: null }]);
    expect(contents(chips)).toEqual([{ kind: 'loaded', name: 'Cleo', own: false, replaced: null }]);
  });

  describe('another video', () => {
    const replaced = { title: 'Film', positionS: 2470, untilMs: 9_000_000 };
    const loaded: SessionNotice = { kind: 'loaded', name: 'Ben', own: false, replaced };

    it('can be taken back for as long as the party remembers what was on', () => {
      const [chip] = feed([loaded]);
      expect(chip?.content).toEqual(loaded);
      expect(chip?.endsAtMs).toBe(RESTORE_MEDIA_MS);
    });

    it('is told no more once it was taken back, or another one is on', () => {
      expect(contents(feed([loaded, { kind: 'restored', name: 'Ana', own: false }]))).toEqual([
        { kind: 'restored', name: 'Ana', own: false },
      ]);
      expect(feed([loaded, { kind: 'restored', name: 'Ana', own: true }])).toEqual([]);
      const later: SessionNotice = { ...loaded, name: 'Cleo' };
      expect(contents(feed([loaded, later]))).toEqual([later]);
    });

    it('is not covered by who comes and goes', () => {
      const chips = feed([loaded, { kind: 'joined', names: ['Cleo'] }, { kind: 'left', names: ['Dev'] }, paused('Ana')]);
      expect(contents(chips).map(({ kind }) => kind)).toEqual(['loaded', 'left', 'paused']);
    });
  });

  it('leaves what was done to somebody long enough to be read', () => {
    const chips = addNotice([], { kind: 'muted' }, 0, 1);
    expect(chips).toEqual([{ id: 1, content: { kind: 'muted' }, endsAtMs: UNDO_MS }]);
  });

  it('tells no pause that one ended oneself, and no speed that one changed oneself', () => {
    const played: SessionNotice = { kind: 'played', name: 'Ana', own: true };
    expect(feed([paused('Ben'), played])).toEqual([]);
    const rate: SessionNotice = { kind: 'rate', name: 'Ben', own: false, rate: 2 };
    expect(feed([rate, { ...rate, name: 'Ana', own: true, rate: 1 }])).toEqual([]);
  });

  it('tells of people where they went last', () => {
    const chips = feed([
      { kind: 'joined', names: ['Cleo', 'Dev'] },
      { kind: 'left', names: ['Cleo'] },
    ]);
    expect(contents(chips)).toEqual([
      { kind: 'joined', names: ['Dev'] },
      { kind: 'left', names: ['Cleo'] },
    ]);
    const back = feed([
      { kind: 'left', names: ['Cleo'] },
      { kind: 'joined', names: ['Cleo'] },
    ]);
    expect(contents(back)).toEqual([{ kind: 'joined', names: ['Cleo'] }]);
  });

  it('tells nobody what they did themselves, except a jump, which can be undone', () => {
    const chips = feed([paused('Ana', true), { kind: 'rate', name: 'Ana', own: true, rate: 2 }, jumped('Ana', 9, 1, true)]);
    expect(contents(chips)).toMatchObject([{ kind: 'jumped', own: true }]);
  });

  it('says why something was refused', () => {
    const chips = feed([{ kind: 'refused', error: { code: 'forbidden', message: 'no' } }]);
    expect(contents(chips)).toMatchObject([{ kind: 'refused', error: { code: 'forbidden' } }]);
  });

  it('never covers the picture with more than three', () => {
    const chips = feed([{ kind: 'joined', names: ['Cleo'] }, { kind: 'left', names: ['Dev'] }, paused('Ana'), jumped('Ben', 20, 10)]);
    expect(contents(chips).map((content) => content.kind)).toEqual(['left', 'paused', 'jumped']);
  });

  it('drops what has ended, and gives back the same chips where nothing has', () => {
    const chips = feed([paused('Ana')]);
    expect(dropEnded(chips, CHIP_MS - 1)).toBe(chips);
    expect(dropEnded(chips, CHIP_MS)).toEqual([]);
  });
});
