import { charsOf, LOOK_COLOURS, LOOK_EMOJI, lookSchema, NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Face, type FaceWish, faceAmong, looksLike, seemsOneOf } from './faces.domain.ts';

const wish: fc.Arbitrary<FaceWish> = fc.record(
  {
    name: fc.constantFrom('Ana', 'ana', 'A\u200bna', 'Ａｎａ', 'Ana 2', 'Ben', 'x'.repeat(NAME_MAX_CHARS)),
    look: fc.record({
      colour: fc.integer({ min: 0, max: LOOK_COLOURS - 1 }),
      emoji: fc.constantFrom('🦊', '🐼', '👩‍👩‍👧‍👦'),
    }),
  },
  { requiredKeys: ['name'] },
);

/** They come one after the other. */
function arrive(wishes: readonly FaceWish[]): Face[] {
  const faces: Face[] = [];
  for (const [n, one] of wishes.entries()) faces.push(faceAmong(`member-${n}`, one, faces));
  return faces;
}

describe('[FACE1] faces', () => {
  it('are never the same for two people of a small party, whatever they choose', () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: LOOK_COLOURS }), (wishes) => {
        const faces = arrive(wishes);
        for (const [i, face] of faces.entries()) {
          expect(lookSchema.safeParse(face.look).success).toBe(true);
          expect(charsOf(face.name)).toBeLessThanOrEqual(NAME_MAX_CHARS);
          expect(faces.slice(0, i).some((other) => looksLike(other, face))).toBe(false);
          const { look } = wishes[i] as FaceWish;
          if (look !== undefined) expect(face.look.emoji).toBe(look.emoji);
        }
      }),
    );
  });

  it.each(['ANA', 'Ana\u200b', 'A\u00adna', 'Ana\u2060', 'An\u034fa', 'Ana\u3164', 'Ana\ufe0f', 'Ana\u{e0041}', 'Ａｎａ', '𝐀na'])(
    'tell "%s" from Ana, whom people would read',
    (name) => {
      const ana = faceAmong('member-1', { name: 'Ana' }, []);
      expect(faceAmong('member-2', { name }, [ana]).name).toBe(`${name} 2`);
    },
  );

  it('tell apart what is read alike in other ways too', () => {
    const nameAfter = (one: string, other: string) =>
      faceAmong('member-2', { name: other }, [faceAmong('member-1', { name: one }, [])]).name;
    expect(nameAfter('Straße', 'STRASSE')).toBe('STRASSE 2');
    expect(nameAfter('Ana 2', 'Ana  2')).toBe('Ana  2 2');
    expect(nameAfter('Ana', 'Anna')).toBe('Anna');
  });

  it('have colours and emoji of their own where nobody chooses', () => {
    const faces = arrive(Array.from({ length: LOOK_COLOURS }, () => ({ name: 'Ana' })));
    expect(new Set(faces.map(({ look }) => look.colour)).size).toBe(LOOK_COLOURS);
    expect(new Set(faces.map(({ look }) => look.emoji)).size).toBe(LOOK_COLOURS);
    expect(faces.slice(0, 3).map(({ name }) => name)).toEqual(['Ana', 'Ana 2', 'Ana 3']);
  });

  it('are the same each time for one person alone', () => {
    expect(faceAmong('mBqOZb1Qx2nT', { name: 'Ana' }, [])).toEqual(faceAmong('mBqOZb1Qx2nT', { name: 'Ana' }, []));
    const emoji = new Set(Array.from({ length: 500 }, (_, n) => faceAmong(`member-${n}`, { name: 'Ana' }, []).look.emoji));
    expect(emoji.size).toBe(LOOK_EMOJI.length);
  });
});

describe('[FACE2] a look', () => {
  it.each(['🦊', '⭐', '❤️', '👍🏽', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👩‍👩‍👧‍👦', '1️⃣', '🇩🇪', ...LOOK_EMOJI])('may have %s', (emoji) => {
    expect(lookSchema.safeParse({ colour: 0, emoji }).success).toBe(true);
  });

  it.each(['', 'a', '1', '🦊🦊', '🦊 ', ' 🦊', 'a🦊', '\u200d', '🇩', '👩‍'.repeat(40)])('may not have "%s"', (emoji) => {
    expect(lookSchema.safeParse({ colour: 0, emoji }).success).toBe(false);
  });

  it.each([-1, 12, 0.5, '1', null])('may not have the colour %s', (colour) => {
    expect(lookSchema.safeParse({ colour, emoji: '🦊' }).success).toBe(false);
  });
});

describe('[FACE1] names that look like a host’s', () => {
  const named = (name: string) => faceAmong('member-x', { name }, [], ['Ana', 'Paul Host']).name;

  it('get a number, in whatever letters; others are left alone', () => {
    for (const name of ['Ana', 'ANA', 'Аnа', 'Αna', '𝐀𝐧𝐚', 'A\u200bna', 'Рaul  Нost']) {
      expect([name, named(name)]).toEqual([name, `${name} 2`]);
      expect(seemsOneOf(named(name), ['Ana', 'Paul Host'])).toBe(true);
    }
    for (const name of ['Anna', 'Ben', 'Анна', '安娜', 'Ana B', 'Ana 2']) {
      expect([name, named(name)]).toEqual([name, name]);
    }
    expect(seemsOneOf('Ana 2', ['Ana'])).toBe(true);
    expect(seemsOneOf('Anna', ['Ana'])).toBe(false);
    expect(seemsOneOf('Ana', [])).toBe(false);
  });
});
