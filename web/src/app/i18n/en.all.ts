import { enAccount } from './en.account.ts';
import { enCaptions } from './en.captions.ts';
import { enDevices } from './en.devices.ts';
import { en } from './en.ts';

/**
 * Every visible string and accessible name, in English. Words are short and warm: "party", "people", "in sync".
 * Other languages are files of the same shape beside this one.
 */
export const enAll = {
  ...en,
  ...enAccount,
  ...enDevices,
  captions: { ...en.captions, ...enCaptions.captions },
} as const;

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };

/** What a catalogue in another language must have. */
export type Catalogue = Shape<typeof enAll>;
