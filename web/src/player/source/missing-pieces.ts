/** What is needed of hls.js. */
export interface HlsEngine {
  readonly levels?: readonly { fragmentError: number; readonly details?: { readonly live: boolean } }[];
  startLoad?(): void;
}

interface FragmentError {
  readonly details: string;
  readonly fatal: boolean;
  readonly response?: { readonly code: number };
  readonly frag?: { gap: boolean; readonly type: string; readonly level: number; readonly tagList: string[][] };
}

/** Answers that say that there is nothing, and will not be. */
const GONE = [404, 410];

/** So many pieces in a row are a hole; more of them are a stream that is not there, and the engine is to say so. */
const HOLE_MAX_PIECES = 12;

/**
 * Treats a piece of a stream that its server does not have as if the playlist had said so (`EXT-X-GAP`): the engine then goes
 * on behind it at once. By itself it would ask again and again for half a minute, and then give up the whole stream.
 *
 * @returns to be called at every error and at every piece that has come
 */
export function missingPieces(): { onError(engine: HlsEngine, error: unknown): void; onPiece(): void } {
  let inARow = 0;
  return {
    onPiece() {
      inARow = 0;
    },
    onError(engine, error) {
      if (!isMissing(error) || inARow >= HOLE_MAX_PIECES) return;
      const { frag } = error;
      const level = engine.levels?.[frag.level];
      // At the edge of a broadcast a piece is named a moment before it is there: the engine knows how to wait for that.
      if (level?.details?.live !== false) return;
      inARow += 1;
      frag.gap = true;
      frag.tagList.push(['GAP']);
      // It has not failed: the next ones are not waited for longer and longer.
      level.fragmentError = 0;
      engine.startLoad?.();
    },
  };
}

type MissingPiece = FragmentError & Required<Pick<FragmentError, 'frag'>>;

function isMissing(error: unknown): error is MissingPiece {
  if (typeof error !== 'object' || error === null) return false;
  const { details, fatal, response, frag } = error as Partial<FragmentError>;
  return details === 'fragLoadError' && fatal === false && frag?.type === 'main' && GONE.includes(response?.code ?? 0);
}
