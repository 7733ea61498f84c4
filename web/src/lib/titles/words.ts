import { addWords } from '../words.ts';

/** The strings about titles and pasted links, in English. */
export const titleWords = addWords({
  media: {
    sample: 'Sample clip',
    serviceVideo: '{{service}} video',
    recording: 'Recording {{number}}',
    recordingOf: 'Recording of {{date}}',
    unnamed: 'A video without a name',
  },
  link: {
    label: 'Paste a video link',
    checking: 'Having a look at the link…',
    empty: 'Paste the link of a video first.',
    notALink: 'This is not a link. Copy the address of a video, it starts with https://',
    onDevice: 'This video is only on your device, others cannot open it. Paste a link from the web.',
    scheme: 'Only links that start with https:// or http:// can be watched together.',
    mixedContent: 'This page is secure and the link is not, so the browser would block it. Try the same link with https://',
    notAVideo: 'This link is not a video a browser can play. Try the video’s own page link, or a direct file.',
    noVideoNamed: 'This {{service}} link names no video. Open the video itself and paste its own link.',
    filePage: 'This is a page of {{service}}, not the video itself. On that page, copy the link of the video file.',
    clip: '{{service}} clips only play over there. Paste the link of the whole video or of the channel.',
    protected: '{{service}} does not let other pages play its videos. Try a link from elsewhere.',
    refused: 'This link cannot be played in a party. Try the video’s own page link, or a direct file.',
  },
});
