/** When something happened, by the clocks of the device that was there; the server's time may not be known then. */
export interface Moment {
  /** Unix milliseconds, as the device believed them. */
  readonly wallMs: number;
  /** Milliseconds that only grow, since the page or program began. */
  readonly monotonicMs: number;
  /** Names that beginning: readings of two programs cannot be compared. */
  readonly originId: string;
}

/** What a device knows of the server's time. */
export interface ServerTime {
  readonly originId: string;
  /** Server milliseconds less the readings of this origin. */
  readonly aheadOfMonotonicMs: number;
  /** Server milliseconds less the wall clock, as both are now. */
  readonly aheadOfWallMs: number;
}

/**
 * A moment in whole server milliseconds. Of this program's own life exactly, whatever was done to the wall clock since;
 * of an earlier one as far off as the wall clock was then from what it is now.
 */
export function serverMsOf(moment: Moment, time: ServerTime): number {
  const { originId, aheadOfMonotonicMs, aheadOfWallMs } = time;
  const ms = moment.originId === originId ? moment.monotonicMs + aheadOfMonotonicMs : moment.wallMs + aheadOfWallMs;
  return Math.max(0, Math.floor(ms));
}
