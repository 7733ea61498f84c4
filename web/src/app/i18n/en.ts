import { enFault } from './en.fault.ts';
import { enHome } from './en.home.ts';
import { enParty } from './en.party.ts';
import { enPlayer } from './en.player.ts';
import { enProblem } from './en.problem.ts';
import { enWatch } from './en.watch.ts';

/** The words that a page begins with, in English. Those of accounts come with their pages, those of captions with their menu. */
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
    accountOf: 'Account of {{name}}',
    signIn: 'Sign in',
    download: 'Download my data',
    downloadFailed: 'That did not work. Try again in a moment.',
  },
  ...enHome,
  ...enFault,
  ...enWatch,
  ...enParty,
  ...enPlayer,
  ...enProblem,
} as const;
