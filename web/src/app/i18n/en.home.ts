/** The words of the start page and of what is said about a pasted link, in English: a part of the catalogue beside it. */
export const enHome = {
  home: {
    headline: 'Watch together, on the same frame.',
    intro:
      'Paste a video link, send your friends the party link, and everybody sees the same moment. No account, nothing to install.',
    linkLabel: 'Paste a video link',
    start: 'Start a party',
    starting: 'Starting your party…',
    checking: 'Having a look at the link…',
    sample: 'Try with a sample',
    plays: 'What plays here',
    playsFiles: 'Video files',
    picture: 'Ana, Ben and Cleo each watch on a screen of their own, and all three show the same moment.',
    picturePause: 'Pause for all three',
    picturePlay: 'Play for all three',
    startAnyway: 'Start anyway',
  },
  link: {
    empty: 'Paste the link of a video first.',
    notALink: 'This is not a link. Copy the address of a video, it starts with https://',
    onDevice: 'This video is only on your device, others cannot open it. Paste a link from the web.',
    scheme: 'Only links that start with https:// or http:// can be watched together.',
    mixedContent:
      'This page is secure and the link is not, so the browser would block it. Try the same link with https://',
    notAVideo: 'This link is not a video a browser can play. Try the video’s own page link, or a direct file.',
    noVideoNamed: 'This {{service}} link names no video. Open the video itself and paste its own link.',
    filePage: 'This is a page of {{service}}, not the video itself. On that page, copy the link of the video file.',
    clip: '{{service}} clips only play over there. Paste the link of the whole video or of the channel.',
    protected: '{{service}} does not let other pages play its videos. Try a link from elsewhere.',
    refused: 'This link cannot be played in a party. Try the video’s own page link, or a direct file.',
  },
  left: {
    text: 'You left “{{title}}”.',
    back: 'Back in',
  },
  recent: {
    heading: 'Your recent parties',
    note: 'Kept on this device only.',
    remove: 'Remove {{title}} from this list',
    removed: '“{{title}}” is off your list.',
    undo: 'Undo',
  },
} as const;
