import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../../lib/device-storage.ts';
import { nameWords } from './name-words.ts';
import { chosenName, friendlyName, rememberedPerson, rememberPerson, suggestedLook } from './person-name.ts';

const { t } = createInstance(
  { lng: 'en', resources: { en: { translation: nameWords } }, initAsync: false, interpolation: { escapeValue: false } },
  () => {},
);

describe('a person’s name', () => {
  it('is kept for its viewer, and nobody else inherits it', () => {
    const storage = memoryStorage();
    expect(rememberedPerson(storage, 'ana')).toBeNull();
    rememberPerson(storage, 'ana', { name: 'Ana', asked: true });
    rememberPerson(storage, 'ben', { name: 'Ben', asked: false });
    expect(rememberedPerson(storage, 'ana')).toEqual({ name: 'Ana', asked: true });
    expect(rememberedPerson(storage, 'ben')).toEqual({ name: 'Ben', asked: false });
    expect(rememberedPerson(storage, 'cleo')).toBeNull();
    rememberPerson(storage, 'ana', { name: '   ', asked: true });
    expect(rememberedPerson(storage, 'ana')).toBeNull();
  });

  it('is kept with the look they chose, as far as it is one', () => {
    const storage = memoryStorage();
    const look = { colour: 3, emoji: '🦊' };
    rememberPerson(storage, 'ana', { name: 'Ana', asked: true, look });
    expect(rememberedPerson(storage, 'ana')).toEqual({ name: 'Ana', asked: true, look });
    for (const wrong of [{ ...look, colour: 12 }, { ...look, emoji: 'A' }, 'fox', null]) {
      rememberPerson(storage, 'ana', { name: 'Ana', asked: true, look: wrong as never });
      expect(rememberedPerson(storage, 'ana')).toEqual({ name: 'Ana', asked: true });
    }
  });

  it('comes with a look unlike those of the others', () => {
    const taken = Array.from({ length: 11 }, (_, colour) => ({ colour, emoji: '🦊' }));
    for (const random of [0, 0.5, 0.999]) {
      const look = suggestedLook(taken, () => random);
      expect(look.colour).toBe(11);
      expect(look.emoji).not.toBe('🦊');
    }
  });

  it('is kept of those who were here last', () => {
    const storage = memoryStorage();
    for (let n = 0; n < 9; n += 1) rememberPerson(storage, `viewer-${n}`, { name: `Name ${n}`, asked: true });
    expect(rememberedPerson(storage, 'viewer-0')).toBeNull();
    expect(rememberedPerson(storage, 'viewer-1')).toEqual({ name: 'Name 1', asked: true });
  });

  it.each(['{', '7', '[null, 1, {"viewerId":"ana"}]', '[{"viewerId":"ana","name":7,"asked":true}]'])(
    'is none where what is stored is no name: %s',
    (stored) => {
      const storage = memoryStorage();
      storage.setItem('cowatch.people', stored);
      expect(rememberedPerson(storage, 'ana')).toBeNull();
    },
  );

  it('is nobody’s where the page has suggested it', () => {
    const storage = memoryStorage();
    expect(chosenName(storage, 'ana', t)).toBeNull();
    rememberPerson(storage, 'ana', { name: friendlyName(t), asked: true });
    expect(chosenName(storage, 'ana', t)).toBeNull();
    rememberPerson(storage, 'ana', { name: 'Ana Otter', asked: true });
    expect(chosenName(storage, 'ana', t)).toBe('Ana Otter');
  });

  it('is friendly where nobody has picked one, at both ends of chance', () => {
    expect(friendlyName(t, () => 0)).toBe('Sunny Otter');
    expect(friendlyName(t, () => 0.999)).toMatch(/^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u);
  });
});
