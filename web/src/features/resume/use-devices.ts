import type { DeviceTarget, ResumeClient, SentTitle } from '@cowatch/shared/client';
import type { DeviceScreen } from '@cowatch/shared/resume';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useLatest } from '../../lib/use-latest.ts';

const NOBODY: readonly DeviceScreen[] = [];
/** One's other devices that are online now, the one that plays first. */
export function useDevices(resume: ResumeClient | null): readonly DeviceScreen[] {
  const subscribe = useCallback((onChange: () => void) => resume?.devices.subscribe(onChange) ?? (() => {}), [resume]);
  return useSyncExternalStore(subscribe, () => resume?.devices.others ?? NOBODY);
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
      ...{ driver, title },
      durationMs() {
        const durationS = latest.current.durationS();
        return durationS === null ? null : durationS * 1000;
      },
      opening: (sent) => latest.current.opening(sent),
    });
  }, [resume, driver, title, latest]);
}
