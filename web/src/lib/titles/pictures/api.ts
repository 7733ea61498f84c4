import { callApi, HttpProblem } from '../../http/http.ts';
import { picturePath } from './picture-address.ts';

/** Has the server a picture of a title for this viewer, or for a party of theirs? @throws HttpProblem where that is not known */
export async function hasPicture(contentId: string, sessionId: string | undefined): Promise<boolean> {
  try {
    await callApi<null>('GET', picturePath(contentId, sessionId));
    return true;
  } catch (error) {
    if (error instanceof HttpProblem && error.code === 'not_found') return false;
    throw error;
  }
}

/** Gives the server a picture of a title; where there is one by now, that one stays. @throws HttpProblem */
export async function putPicture(contentId: string, sessionId: string | undefined, picture: Blob): Promise<void> {
  try {
    await callApi<null>('PUT', picturePath(contentId, sessionId), picture);
  } catch (error) {
    if (!(error instanceof HttpProblem && error.code === 'conflict')) throw error;
  }
}
