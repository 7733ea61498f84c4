import { addWords } from '../lib/words.ts';

/** The strings that every page begins with, in English. */
export const appWords = addWords({
  app: {
    name: 'Cowatch',
    titleHome: 'Cowatch · watch together, on the same frame',
    titleParty: '{{name}} · Cowatch',
    homeLink: 'Cowatch, to the start page',
    skipToContent: 'Skip to content',
    history: 'History',
    theme: 'Theme',
    themeSystem: 'Like this device',
    themeDark: 'Dark',
    themeLight: 'Light',
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    undo: 'Undo',
    tryAgain: 'Try again',
    reload: 'Reload',
    updated: 'Updated · Reload when you like',
    toHome: 'To the start page',
    accountOf: 'Account of {{name}}',
    signIn: 'Sign in',
    download: 'Download my data',
    downloadFailed: 'That did not work. Try again in a moment.',
  },
  problem: {
    pageTitle: 'This page does not exist',
    pageText: 'Nothing plays here. The start page is a good place to begin.',
    wrongAddressText:
      'The server does not know that people open it as {{here}}, and lets nothing start from there. Trying again does not help. Its operator sets PUBLIC_URL to {{here}}, or TRUST_PROXY where a proxy stands in front.',
    serverText: 'It is not you. Try again in a moment.',
    offline: 'You seem to be offline. Check your connection and try again.',
    rateLimited: 'That was a lot at once. Try again in {{time}}.',
    serverFailed: 'Something went wrong on our side. Try again in a moment.',
    startFailed: 'The party could not be started. Try again in a moment.',
    startAnyway: 'Start anyway',
    partTitle: 'Couldn’t load this',
    partText: 'Check your connection. It comes by itself as soon as it can be reached.',
    crashTitle: 'This page stumbled',
    crashText: 'Reload it and you are back in.',
  },
  left: {
    text: 'You left “{{title}}”.',
    back: 'Back in',
  },
});
