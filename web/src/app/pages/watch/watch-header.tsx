import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WatchedMedia } from '../../../features/resume/index.ts';
import { createSession } from '../../../features/session/api.ts';
import { mediaRefOf } from '../../../lib/titles/media-ref.ts';
import { Button } from '../../../ui/button.tsx';
import { justStarted } from '../../device.ts';
import { HomeLink } from '../../layout/home-link.tsx';
import { ThemeSwitch } from '../../layout/theme-switch.tsx';

export interface WatchHeaderProps {
  readonly media: WatchedMedia;
  readonly name: string;
  readonly unplayable: boolean;
  /** What is said of one's place, and what sends it elsewhere. */
  readonly children: ReactNode;
}

/** Above the picture: what plays, and how to watch it together. */
export function WatchHeader({ media, name, unplayable, children }: WatchHeaderProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const together = useMutation({
    mutationFn: () => createSession({ media: mediaRefOf(media) }),
    onSuccess: (session) => {
      justStarted.add(session.id);
      void navigate({ to: '/s/$sessionId', params: { sessionId: session.id } });
    },
  });
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 px-3 sm:px-4">
      <HomeLink compact />
      <h1 className="min-w-0 flex-1 truncate font-semibold">{name}</h1>
      {children}
      <Button
        icon={<Users aria-hidden className="size-4" />}
        busy={together.isPending}
        disabled={unplayable}
        onClick={() => together.mutate()}
      >
        <span className="max-sm:sr-only">{t('watch.together')}</span>
      </Button>
      <ThemeSwitch />
    </header>
  );
}
