import { useState } from 'react';
import { wasNameAsked } from '../../lib/identity/own-device.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { storage } from '../device.ts';
import type { AskDeviceNameProps } from './name-device.tsx';

const NameDevice = lazyPart(() => import('./name-device.tsx'), 'NameDevice');

/** What one's devices are called that are online, and how to change that. */
export const DeviceNamesDialog = lazyPart(() => import('./device-names-dialog.tsx'), 'DeviceNamesDialog', {
  failure: 'over',
});

/** Asks what this device is called, where nobody was asked before; once, whatever is answered. */
export function AskDeviceName(props: AskDeviceNameProps) {
  const [asking, setAsking] = useState(() => !wasNameAsked(storage, navigator.userAgent));
  return asking ? <NameDevice {...props} onClose={() => setAsking(false)} /> : null;
}
