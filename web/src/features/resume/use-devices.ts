import type { DeviceTarget, ResumeClient, SentTitle } from '@cowatch/shared/client';
import type { DeviceScreen } from '@cowatch/shared/resume';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { toldApart } from '../../lib/told-apart.ts';
import { useLatest } from '../../lib/use-latest.ts';

const NOBODY: readonly DeviceScreen[] = [];
/** One's other devices that are online now, the one that plays first; no two of them, nor this one, of one name. */
export function useDevices(resume: ResumeClient | null): readonly DeviceScreen[] {
  const subscribe = useCallback((onChange: () => void) => resume?.devices.subscribe(onChange) ?? (() => {}), [resume]);
  const others = useSyncExternalStore(subscribe, () => resume?.devices.others ?? NOBODY);
  return useMemo(() => {
    if (resume === null || others.length === 0) return others;
    // This device comes first: a twin of it is the one with a number. The rest in an order that stays as it is.
    const known = others.map(({ device }) => device).sort((a, b) => (a.id < b.id ? -1 : 1));
    const names = new Map(toldApart([resume.device, ...known]).map(({ id, name }) => [id, name]));
    return others.map((screen) => ({
      ...screen,
      device: { ...screen.device, name: names.get(screen.device.id) ?? screen.device.name },
    }));
  }, [resume, others]);
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
