import { addWords } from '../../lib/words.ts';

/** What is said where a medium, or a part of it, cannot be played, in English. */
export const troubleWords = addWords({
  reach: {
    startOnly: 'This link can only be watched from its start.',
    startOnlyForHost: 'Who serves it lets nobody jump. Watch it from the start, or pick another link for everyone.',
    fromStart: 'Watch from the start',
    breaksOff: 'This video breaks off here.',
    breaksOffForHost: 'The rest is missing at its link. Everything before can be watched, and you can pick another link for everyone.',
  },
  unplayable: {
    lostWhy: '{{why}} Trying again…',
    title: 'This video cannot be played here',
    blocked: '{{service}} cannot be reached from here. It may be blocked by your network or an extension.',
    service: '{{service}} does not let this video play here. Its owner may not allow it, or it is gone.',
    chunk: 'A part of the player could not be loaded. Check your connection.',
    changeVideo: 'Change video',
    forHost: 'You can pick another video for everyone.',
    forViewer: 'A host can pick another video for everyone.',
    forControl: 'A fresh link of it goes on where you are; another video is for a host to pick.',
  },
});
