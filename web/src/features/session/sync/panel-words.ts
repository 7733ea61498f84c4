import { addWords } from '../../../lib/words.ts';

/** The strings behind the pill, in English. */
export const syncPanelWords = addWords({
  syncPanel: {
    offset: 'Off by',
    link: 'Link to the party',
    roundTrip: '{{ms}} ms there and back',
    clock: 'Clock right to',
    unknown: 'not known yet',
    ms: '{{n}} ms',
    s: '{{n}} s',
    lastMinute: 'The last minute',
    chart: 'How far you were off during the last minute: at most {{worst}} ms, now {{now}} ms',
    chartEmpty: 'Nothing to show yet: it fills while the video plays.',
    resync: 'Resync',
  },
  /** The states of the pill, in a sentence. */
  syncText: {
    idle: 'Your player is getting ready.',
    inSync: 'You see the same moment as everybody else.',
    catchingUp: 'You are a little off, and being brought back. Nothing to press.',
    buffering: 'The video is loading here. You rejoin the others as soon as it plays.',
    blocked: 'Your browser waits for a press before it plays.',
    advert: 'You rejoin the others after the advert.',
    reconnecting: 'The link to the party is broken. The video plays on, and this mends itself.',
    background: 'You rejoin the others as soon as you look here again.',
    ended: 'The video is over.',
    live: 'This is a live stream: play and pause are shared, and everybody sees it as live as their link allows.',
    unplayable: 'This video does not play in your browser. The others may go on with it.',
  },
});
