import type { DeviceCode, DeviceSignIn, LinkRequest } from '@cowatch/shared/protocol';
import { callApi } from '../../lib/http/http.ts';

/** How this program names itself where devices are linked. */
const CLIENT_ID = 'cowatch-web';

export const fetchDeviceCode = (deviceName: string) =>
  callApi<DeviceCode>('POST', '/link/code', { client_id: CLIENT_ID, device_name: deviceName });

export const signInByDeviceCode = (deviceCode: string) => callApi<DeviceSignIn>('POST', '/account/sign-in/device', { deviceCode });

export const fetchLinkRequest = (userCode: string) => callApi<LinkRequest>('GET', `/link?userCode=${encodeURIComponent(userCode)}`);

export const answerLink = (userCode: string, allowed: boolean) =>
  callApi<null>('POST', allowed ? '/link/approve' : '/link/deny', { userCode });
