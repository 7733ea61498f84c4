import './name-words.ts';
import { cutText, LOOK_COLOURS, LOOK_EMOJI, type Look, NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { type KeyValueStorage, readList } from '../../../lib/device-storage.ts';

const KEY = 'cowatch.people';

/** People of one browser whose names are kept; the one who was here longest ago goes first. */
const PEOPLE_MAX = 8;

/** What somebody is to others, as it is kept in this browser. A name belongs to its viewer: who signs in here next has their own. */
export interface KnownPerson {
  readonly name: string;
  /** They saw the name where they could change it; false where the page chose it for them so far. */
  readonly asked: boolean;
  /** What they chose to look like; absent where they chose nothing. */
  readonly look?: Look;
}

interface Kept extends KnownPerson {
  readonly viewerId: string;
}

/** Whom a viewer was here last, or null. */
export function rememberedPerson(storage: KeyValueStorage, viewerId: string): KnownPerson | null {
  const kept = readList(storage, KEY, isKept).find((person) => person.viewerId === viewerId);
  const name = kept && cutText(kept.name.trim(), NAME_MAX_CHARS);
  if (!kept || !name) return null;
  return { name, asked: kept.asked, ...(isLook(kept.look) ? { look: kept.look } : {}) };
}

export function rememberPerson(storage: KeyValueStorage, viewerId: string, person: KnownPerson): void {
  const others = readList(storage, KEY, isKept).filter((other) => other.viewerId !== viewerId);
  storage.setItem(KEY, JSON.stringify([{ ...person, viewerId }, ...others].slice(0, PEOPLE_MAX)));
}

/** A viewer's name, where they chose it: one that this page suggested says nothing of who that was. */
export function chosenName(storage: KeyValueStorage, viewerId: string, t: TFunction): string | null {
  const person = rememberedPerson(storage, viewerId);
  return person === null || isFriendly(person.name, t) ? null : person.name;
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { viewerId, name, asked } = value as Record<string, unknown>;
  return typeof viewerId === 'string' && typeof name === 'string' && typeof asked === 'boolean';
}

function isLook(value: unknown): value is Look {
  if (typeof value !== 'object' || value === null) return false;
  const { colour, emoji } = value as Record<string, unknown>;
  return Number.isInteger(colour) && Number(colour) >= 0 && Number(colour) < LOOK_COLOURS && LOOK_EMOJI.includes(String(emoji));
}

/**
 * A look for somebody who has not picked one, unlike those of the people who are there already, as far as there are others.
 *
 * @param random in [0, 1)
 */
export function suggestedLook(taken: readonly Look[], random: () => number = Math.random): Look {
  const pick = <T>(all: readonly T[], used: readonly T[]): T => {
    const free = all.filter((one) => !used.includes(one));
    const from = free.length > 0 ? free : all;
    return from[Math.floor(random() * from.length)] as T;
  };
  const colours = Array.from({ length: LOOK_COLOURS }, (_, colour) => colour);
  return {
    colour: pick(
      colours,
      taken.map(({ colour }) => colour),
    ),
    emoji: pick(
      LOOK_EMOJI,
      taken.map(({ emoji }) => emoji),
    ),
  };
}

function isFriendly(name: string, t: TFunction): boolean {
  const animals = t('friendlyName.animals').split(' ');
  return t('friendlyName.adjectives')
    .split(' ')
    .some((adjective) => animals.some((animal) => t('friendlyName.name', { adjective, animal }) === name));
}

/**
 * A friendly name for somebody who has not picked one.
 *
 * @param random in [0, 1)
 */
export function friendlyName(t: TFunction, random: () => number = Math.random): string {
  const pick = (words: string) => {
    const all = words.split(' ');
    return all[Math.floor(random() * all.length)] ?? '';
  };
  return t('friendlyName.name', { adjective: pick(t('friendlyName.adjectives')), animal: pick(t('friendlyName.animals')) });
}
