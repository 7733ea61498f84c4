import { addWords } from '../../../lib/words.ts';

/** The strings of an invitation, in English. */
export const inviteWords = addWords({
  invite: {
    alone: 'Watching is better together',
    aloneText: 'One tap on this link and a friend is here.',
    title: 'Invite friends',
    text: 'Anyone with this link can join. No account needed.',
    link: 'Party link',
    copy: 'Copy link',
    copied: 'Copied',
    copyFailed: 'Press Ctrl+C to copy',
    share: 'Share…',
    shareText: 'Watch “{{film}}” with me.',
    shareTextHost: 'Watch “{{film}}” with {{host}} and me.',
    withHost: 'With {{host}}',
    askName: 'What do your friends call you?',
    askNameHint: 'You are {{name}} until you say otherwise.',
    askNameSkip: 'Not now',
    qr: 'QR code of the party link',
    qrText: 'Or point a phone’s camera here.',
  },
});
