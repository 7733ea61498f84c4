import type { MediaRef, ResolvedMedia } from '@cowatch/shared/protocol';
import { callApi } from '../http/http.ts';

/** What a link, or a title of this server, is. @throws HttpProblem */
export const fetchMedia = (ref: MediaRef) =>
  callApi<ResolvedMedia>(
    'GET',
    `/media?${'url' in ref ? `url=${encodeURIComponent(ref.url)}` : `titleId=${encodeURIComponent(ref.titleId)}`}`,
  );
