import { accountCatalogue } from '../features/account/words.ts';
import { chatPanelWords } from '../features/chat/chat-panel-words.ts';
import { chatWords } from '../features/chat/words.ts';
import { deviceLinkWords } from '../features/device-link/words.ts';
import { queuePanelWords } from '../features/queue/panel-words.ts';
import { queueWords } from '../features/queue/words.ts';
import { recentPartiesWords } from '../features/recent-parties/words.ts';
import { resumeWords } from '../features/resume/words.ts';
import { hostsWords } from '../features/session/hosts/words.ts';
import { inviteWords } from '../features/session/invite/words.ts';
import { noticeWords } from '../features/session/notices/words.ts';
import { nameWords } from '../features/session/people/name-words.ts';
import { syncPanelWords } from '../features/session/sync/panel-words.ts';
import { sessionWords } from '../features/session/words.ts';
import { startPartyWords } from '../features/start-party/words.ts';
import { faultCatalogue } from '../lib/media-fault/words.ts';
import { titleWords } from '../lib/titles/words.ts';
import { captionsWords } from '../player/captions/words.ts';
import { qualityWords } from '../player/controls/quality-words.ts';
import { signWords } from '../player/stage/sign-words.ts';
import { troubleWords } from '../player/stage/trouble-words.ts';
import { playerWords } from '../player/words.ts';
import { deviceNameWords } from './devices/words.ts';
import { keysWords } from './keys/words.ts';
import { sessionProblemWords } from './pages/session/problem-words.ts';
import { appWords } from './words.ts';

/**
 * Every visible string and accessible name, in English: for the types of keys and for tests, so that no page loads it whole.
 * Strings are short and warm: "party", "people", "in sync".
 */
export const catalogue = {
  ...appWords,
  ...deviceNameWords,
  ...keysWords,
  ...sessionProblemWords,
  ...titleWords,
  ...faultCatalogue,
  ...startPartyWords,
  ...recentPartiesWords,
  ...sessionWords,
  ...queuePanelWords,
  ...queueWords,
  ...hostsWords,
  ...noticeWords,
  ...inviteWords,
  ...syncPanelWords,
  ...nameWords,
  ...resumeWords,
  ...accountCatalogue,
  ...deviceLinkWords,
  ...playerWords,
  ...qualityWords,
  ...signWords,
  ...troubleWords,
  system: chatPanelWords.system,
  chat: { ...chatWords.chat, ...chatPanelWords.chat },
  queue: { ...queueWords.queue, ...queuePanelWords.queue },
  captions: { ...playerWords.captions, ...captionsWords.captions },
} as const;
