import type { ResumeClient } from '@cowatch/shared/client';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { useDeviceName, useDevices } from '../devices/use-devices.ts';
import type { SendTo } from '../devices/use-send-to.ts';
import type { SoloWatch } from './use-solo-watch.ts';
import { WatchChip } from './watch-chip.tsx';

export interface WatchNewsProps {
  readonly resume: ResumeClient | null;
  readonly contentId: string;
  readonly watch: SoloWatch;
  readonly sending: SendTo;
}

/** What is said over the video of one who watches alone: one thing at a time, the most pressing first. */
export function WatchNews({ resume, contentId, watch, sending }: WatchNewsProps) {
  const { t } = useTranslation();
  const { superseded, elsewhere } = watch;
  const devices = useDevices(resume);
  const nameOf = useDeviceName(resume);
  const { problem } = sending;
  if (problem !== null) {
    const again = () => sending.send(problem.device);
    return (
      <WatchChip
        text={t(problem.words, { device: nameOf(problem.device) })}
        actions={[
          { label: t('app.tryAgain'), onPress: again },
          { label: t('app.close'), onPress: sending.dismiss },
        ]}
      />
    );
  }
  if (superseded === 'tab') {
    return <WatchChip text={t('watch.supersededTab')} actions={[{ label: t('watch.playHere'), onPress: () => watch.playHere() }]} />;
  }
  if (superseded !== null) {
    const { id } = superseded;
    const there = devices.find(({ device }) => device.id === id)?.playing ?? null;
    // Where it has come to meanwhile; where it was left here, if it plays something else now.
    const fromS = () => (there?.contentId === contentId && resume ? resume.devices.positionMs(there) / 1000 : undefined);
    return (
      <WatchChip
        text={t(there?.blocked ? 'devices.waits' : 'watch.superseded', { device: nameOf(superseded) })}
        actions={[{ label: t('watch.playHere'), onPress: () => watch.playHere(fromS()) }]}
      />
    );
  }
  if (elsewhere === null) return null;
  return (
    <WatchChip
      text={t('watch.elsewhere', { device: nameOf(elsewhere.device), time: formatTime(elsewhere.positionMs / 1000) })}
      actions={[
        { label: t('watch.jump'), onPress: watch.jumpElsewhere },
        { label: t('watch.stay'), onPress: watch.stay },
      ]}
    />
  );
}
