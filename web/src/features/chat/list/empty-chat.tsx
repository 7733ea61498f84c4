import { MessageCircleHeart } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { useChat, useChatView } from '../chat-view.ts';
import { namesWords } from './system-words.ts';

/** So many are named; the others are a number. */
const NAMED_MAX = 2;

/** Nobody has said anything yet: who would hear it. */
export function EmptyChat() {
  const { t } = useTranslation();
  const { room, members, you, client } = useChatView();
  const canWrite = useChat(room, (state) => state.canWrite);
  const others = members.filter(({ memberId }) => memberId !== you);
  const count = Math.max(others.length, client.state.memberCount - 1);
  const names = others.slice(0, count === 3 ? 3 : NAMED_MAX).map(({ name }) => name);
  return (
    <div className="m-auto flex max-w-64 flex-col items-center gap-3 p-4 text-center">
      <MessageCircleHeart aria-hidden className="size-10 text-muted" />
      <p className="text-sm text-pretty text-muted">
        {count <= 0 ? t('chat.emptyAlone') : t('chat.emptyCompany', { names: namesWords(t, names, count - names.length), count })}
      </p>
      {canWrite && count > 0 ? (
        <Button
          onClick={() => {
            void room.chat.send(t('chat.hello'));
          }}
        >
          {t('chat.helloSend')}
        </Button>
      ) : null}
    </div>
  );
}
