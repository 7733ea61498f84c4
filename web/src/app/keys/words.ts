import { addWords } from '../../lib/words.ts';

/** The strings of the list of keys, in English. */
export const keysWords = addWords({
  keys: {
    title: 'Keys',
    playPause: 'Play or pause',
    seek5: 'Back or on 5 seconds',
    seek10: 'Back or on 10 seconds',
    tenths: 'To a tenth of the video',
    speed: 'Slower or faster',
    frame: 'A frame back or on, while paused',
    volume: 'Louder or quieter',
    mute: 'Sound on or off',
    fullscreen: 'Full screen',
    pip: 'Picture in picture',
    theatre: 'Theatre mode',
    captions: 'Captions on or off',
    people: 'To the people',
    chat: 'To the chat',
    write: 'Write to the others',
    queue: 'To the queue',
    next: 'Play what is up next',
    invite: 'Invite',
    help: 'This list',
    space: 'Space',
    shift: 'Shift',
  },
});
