import { addWords } from '../../lib/words.ts';

/** The strings about the names of signed-in devices, in English. */
export const deviceNameWords = addWords({
  deviceNames: {
    ask: 'What do you call this device?',
    askText: 'Your other devices show it under this name.',
    field: 'Name of this device',
    notNow: 'Not now',
    title: 'Your devices',
    text: 'Those that are online now. A name is for you alone.',
    this: 'This device',
    fieldOf: 'Name of the device',
    rename: 'Rename {{device}}',
    failed: 'That name could not be saved. Try again in a moment.',
    gone: '{{device}} is not online any more. Open Cowatch there, then try again.',
    phone: '{{name}}’s phone',
    tablet: '{{name}}’s tablet',
    laptop: '{{name}}’s laptop',
    tv: '{{name}}’s TV',
    myPhone: 'My phone',
    myTablet: 'My tablet',
    myLaptop: 'My laptop',
    myTv: 'My TV',
  },
});
