import type { ResumeClient } from '@cowatch/shared/client';
import type { ResumeDevice } from '@cowatch/shared/resume';
import { MonitorSmartphone, MonitorUp, Pencil } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useTitleName } from '../../../lib/titles/use-title-name.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu } from '../../../ui/overlays/menu.tsx';
import { useDevices } from './use-devices.ts';

export interface PlayOnMenuProps {
  readonly resume: ResumeClient | null;
  /** What would play there. */
  readonly contentId: string;
  readonly onChoose: (device: ResumeDevice) => void;
  /** Shows what one's devices are called, and how to change that. */
  readonly onNames: () => void;
}

/** Sends what plays here to another of one's own devices; nothing where none can take it. */
export function PlayOnMenu({ resume, contentId, onChoose, onNames }: PlayOnMenuProps) {
  const { t } = useTranslation();
  const nameOf = useTitleName();
  const devices = useDevices(resume).filter(({ opens }) => opens);
  if (devices.length === 0) return null;
  return (
    <Menu
      trigger={<IconButton label={t('devices.playOn')} icon={<MonitorUp aria-hidden className="size-5" />} />}
      label={t('devices.playOn')}
      align="end"
      entries={[
        ...devices.map(({ device, playing }) => ({
          kind: 'action' as const,
          id: device.id,
          label:
            playing === null || playing.contentId === contentId
              ? t('devices.play', { device: device.name })
              : t('devices.playInstead', { device: device.name, title: nameOf(playing) }),
          icon: <MonitorSmartphone aria-hidden className="size-4 shrink-0" />,
          onSelect: () => onChoose(device),
        })),
        {
          kind: 'action',
          id: 'names',
          label: t('devices.names'),
          icon: <Pencil aria-hidden className="size-4 shrink-0" />,
          onSelect: onNames,
        },
      ]}
    />
  );
}
