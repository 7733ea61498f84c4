import '../chat-panel-words.ts';
import type { SessionClient } from '@cowatch/shared/client';
import { roleOf } from '@cowatch/shared/timeline';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOwnChatSettings } from '../chat-settings.ts';
import { type Announcement, Announcer } from './announcer.ts';

/** Said sentences stay in the page for this many more: what is taken away at once is not read by all programs. */
const KEPT = 3;

/** Reads the chat aloud to who listens to the page, wherever they are on it; as fast as one can listen. */
export function ChatLiveRegion({ client }: { readonly client: SessionClient }) {
  const { t } = useTranslation();
  const { aloud } = useOwnChatSettings();
  const said = useAnnouncements(client, aloud);
  return (
    <div role="status" aria-live="polite" aria-atomic="false" className="sr-only" data-chat-spoken>
      {said.map(({ id, announcement }) => (
        <p key={id}>{wordsOf(t, announcement)}</p>
      ))}
    </div>
  );
}

function wordsOf(t: TFunction, announcement: Announcement): string {
  return announcement.kind === 'line' ? t('chat.spoken', announcement) : t('chat.spokenMany', { count: announcement.count });
}

interface Said {
  readonly id: number;
  readonly announcement: Announcement;
}

function useAnnouncements(client: SessionClient, aloud: boolean): readonly Said[] {
  const [said, setSaid] = useState<readonly Said[]>([]);
  useEffect(() => {
    if (!aloud) return;
    const announcer = new Announcer();
    let id = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = (announcement: Announcement | null) => {
      if (announcement === null) return;
      id += 1;
      const next = { id, announcement };
      setSaid((now) => [...now, next].slice(-KEPT));
    };
    const stop = client.chat.onLine(({ own, line, mentionsYou }) => {
      if (own) return;
      const nowMs = performance.now();
      const { access } = client.state;
      const isHost = access !== null && roleOf(access, line.memberId) !== 'member';
      say(announcer.hear({ name: line.name, text: line.text, pressing: mentionsYou || isHost }, nowMs));
      const { dueAtMs } = announcer;
      clearTimeout(timer);
      if (dueAtMs !== null) timer = setTimeout(() => say(announcer.due(performance.now())), Math.max(0, dueAtMs - nowMs));
    });
    return () => {
      stop();
      clearTimeout(timer);
      setSaid([]);
    };
  }, [client, aloud]);
  return said;
}
