import { enAccount } from './en.account.ts';
import { enFault } from './en.fault.ts';
import { enHome } from './en.home.ts';
import { enParty } from './en.party.ts';
import { enPlayer } from './en.player.ts';
import { enProblem } from './en.problem.ts';
import { enWatch } from './en.watch.ts';

/**
 * Every visible string and accessible name, in English. Words are short and warm: "party", "people", "in sync".
 * Other languages are files of the same shape beside this one.
 */
export const en = {
  app: {
    name: 'Cowatch',
    titleHome: 'Cowatch · watch together, on the same frame',
    titleParty: '{{name}} · Cowatch',
    homeLink: 'Cowatch, to the start page',
    skipToContent: 'Skip to content',
    theme: 'Theme',
    themeSystem: 'Like this device',
    themeDark: 'Dark',
    themeLight: 'Light',
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    tryAgain: 'Try again',
    reload: 'Reload',
    updated: 'Updated · Reload when you like',
    toHome: 'To the start page',
  },
  ...enHome,
  ...enFault,
  ...enWatch,
  ...enParty,
  ...enPlayer,
  ...enProblem,
  ...enAccount,
} as const;

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };

/** What a catalogue in another language must have. */
export type Catalogue = Shape<typeof en>;
