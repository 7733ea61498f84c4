import { addWords } from '../words.ts';

/** Why a link does not play, in English. */
export const faultCatalogue = addWords({
  /** One cause, one sentence: said where a link is pasted, and over the picture. */
  fault: {
    notFound: 'There is no video at this link any more.',
    refused: 'This link has expired, or it is not for everyone.',
    serverError: 'The server of this link has a problem of its own.',
    unreachable: 'The server of this link cannot be reached from here.',
    silent: 'The server of this link does not answer.',
    ownSite: 'This video plays only on its own site.',
    notAVideo: 'There is no video at this link, but something else.',
    offline: 'You are offline.',
    unplayable: 'This browser cannot play what is at this link.',
    codecPicture: 'The picture of this video is {{codec}}, which this browser cannot play.',
    codecSound: 'The sound of this video is {{codec}}, which this browser cannot play.',
    codecFile: 'This is a {{codec}} file, which browsers cannot play.',
  },
  /** The way out, where a link is pasted. */
  faultAdvice: {
    notFound: 'Copy it again from where the video is.',
    refused: 'Copy a fresh one from where the video is.',
    serverError: 'Try again in a moment.',
    unreachable: 'Check how it is spelled.',
    silent: 'Try again in a moment.',
    ownSite: 'Try a link from elsewhere.',
    notAVideo: 'Paste the link of the video itself.',
    offline: 'Check your connection and try again.',
    unplayable: 'MP4 and WebM files play everywhere.',
    codec: 'An MP4 with H.264 and AAC plays everywhere.',
  },
});
