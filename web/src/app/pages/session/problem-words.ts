import { addWords } from '../../../lib/words.ts';
import { appWords } from '../../words.ts';

const { serverText, wrongAddressText } = appWords.problem;

/** Why a party is not shown, in English. */
export const sessionProblemWords = addWords({
  partyProblem: {
    notFoundTitle: 'There is no party here',
    notFoundText: 'The link may have lost a letter on its way. Ask for it again, or start a party of your own.',
    endedTitle: 'This party has ended',
    endedText: 'Nice that you were there.',
    endedAgain: 'Start a new one with the same video',
    endedNew: 'Start a new party',
    removedTitle: 'You were removed from this party',
    removedText: 'A host took you off the list. You can ask to come back, or start your own.',
    removedAsk: 'Ask to come back',
    notOpenTitle: 'This party isn’t open to you',
    notOpenText: 'It may be closed to new people, or the link may be an old one. Ask who invited you.',
    connectTitle: 'The party cannot be reached',
    connectText: 'Check your connection. We keep the place warm.',
    fullTitle: 'This party is full',
    fullText: 'Try again when somebody has left.',
    upgradeTitle: 'There is a newer Cowatch',
    upgradeText: 'This page is from before an update. Reload it and you are back in.',
    framedTitle: 'This party opens in a tab of its own',
    framedText: 'Inside another site your browser keeps no cookie, and the party needs one to know you again.',
    framedOpen: 'Open the party',
    noCookieTitle: 'Your browser keeps no cookie for this page',
    noCookieText:
      'The party needs one to know you again. Allow cookies for this site and reload, or watch in this tab only: you are somebody new when it is closed.',
    tabOnly: 'Watch in this tab only',
    blockedTitle: 'This network blocks the live connection',
    blockedText:
      'The page gets through, the live connection that keeps a party together does not. Try another network, like a phone’s hotspot, or turn off a VPN, an ad blocker or a company’s filter. We keep trying.',
    wrongAddressTitle: 'This site was set up for another address',
    wrongAddressText,
    serverTitle: 'Something went wrong on our side',
    serverText,
  },
});
