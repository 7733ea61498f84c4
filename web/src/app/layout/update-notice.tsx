import { useNewerBuild } from '../../lib/newer-build.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

const UpdateNoticeBox = lazyPart(() => import('./update-notice-box.tsx'), 'UpdateNoticeBox', { failure: 'over' });

/** Says that there is a newer version: this page goes on as it is until its person likes. */
export function UpdateNotice() {
  return useNewerBuild() ? <UpdateNoticeBox /> : null;
}
