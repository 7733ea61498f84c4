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

/** Gives the server a picture of a title that has none. @throws HttpProblem */
export const putPicture = (contentId: string, sessionId: string | undefined, picture: Blob) =>
  callApi<null>('PUT', picturePath(contentId, sessionId), picture);
