import type { DeviceTarget, ResumeClient, SentTitle } from '@cowatch/shared/client';
import type { DeviceScreen, ResumeDevice } from '@cowatch/shared/resume';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../../../lib/hooks/use-latest.ts';

const NOBODY: readonly DeviceScreen[] = [];

/** One's other devices that are online now, the one that plays first, under the names they have in every list. */
export function useDevices(resume: ResumeClient | null): readonly DeviceScreen[] {
  const subscribe = useCallback((onChange: () => void) => resume?.devices.subscribe(onChange) ?? (() => {}), [resume]);
  return useSyncExternalStore(subscribe, () => resume?.devices.others ?? NOBODY);
}

/** What a device of one's own is called wherever it is spoken of; "this device" where one sits before it. */
export function useDeviceName(resume: ResumeClient | null): (device: ResumeDevice) => string {
  const { t } = useTranslation();
  useDevices(resume);
  return (device) => {
    if (resume === null) return device.name;
    return device.id === resume.device.id ? t('devices.this') : resume.devices.nameOf(device);
  };
}

export interface OfferedPage {
  readonly driver: DeviceTarget['driver'];
  readonly title: string | null;
  /** Seconds; null while it is not known, infinite for what is live. */
  readonly durationS: () => number | null;
  readonly opening: (title: SentTitle) => (() => void) | null;
}

/** What one's other devices can see and press on this page. */
export function useOffer(resume: ResumeClient | null, page: OfferedPage): void {
  const { driver, title } = page;
  const latest = useLatest(page);
  useEffect(() => {
    return resume?.devices.offer({
      driver,
      title,
      durationMs() {
        const durationS = latest.current.durationS();
        return durationS === null ? null : durationS * 1000;
      },
      opening: (sent) => latest.current.opening(sent),
    });
  }, [resume, driver, title, latest]);
}
