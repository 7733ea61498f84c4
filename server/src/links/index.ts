import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { registerLinksHttp } from './links.http.ts';
import { LOOKS_SHARE } from './links.limits.ts';
import { createLook } from './look.ts';

/** Link checks: looks at the links that people paste, where browsers do not say what is wrong. */
export function createLinksFeature({ config }: FeatureDeps): Feature {
  const { linkChecks, requestsPerMinutePerIp } = config;
  const look = linkChecks === 'off' ? null : createLook({ reachesPrivate: linkChecks === 'all' });
  return {
    name: 'links',
    routes: (app) => registerLinksHttp(app, { look, perMinute: requestsPerMinutePerIp * LOOKS_SHARE }),
  };
}
