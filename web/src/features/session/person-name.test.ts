import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import { en } from '../../app/i18n/en.ts';
import { memoryStorage } from '../../lib/device-storage.ts';
import { chosenName, friendlyName, rememberedName, rememberName } from './person-name.ts';

const { t } = createInstance(
  { lng: 'en', resources: { en: { translation: en } }, initAsync: false, interpolation: { escapeValue: false } },
  () => {},
);

describe('a person’s name', () => {
  it('is remembered on the device, and none is made of blanks', () => {
    const storage = memoryStorage();
    expect(rememberedName(storage)).toBeNull();
    rememberName(storage, 'Ana');
    expect(rememberedName(storage)).toBe('Ana');
    rememberName(storage, '   ');
    expect(rememberedName(storage)).toBeNull();
  });

  it('is nobody’s where the page has suggested it', () => {
    const storage = memoryStorage();
    expect(chosenName(storage, t)).toBeNull();
    rememberName(storage, friendlyName(t));
    expect(chosenName(storage, t)).toBeNull();
    rememberName(storage, 'Ana Otter');
    expect(chosenName(storage, t)).toBe('Ana Otter');
  });

  it('is friendly where nobody has picked one, at both ends of chance', () => {
    expect(friendlyName(t, () => 0)).toBe('Sunny Otter');
    expect(friendlyName(t, () => 0.999)).toMatch(/^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u);
  });
});
