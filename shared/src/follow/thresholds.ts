/** How a player is corrected: one place for every number of the drift ladder. */
export interface LadderThresholds {
  /** How long after a start, seek, join or stall corrections may be firm, in milliseconds. */
  readonly acquisitionMs: number;
  /** Errors up to this are left alone, in milliseconds. */
  readonly acquisitionHoldMs: number;
  readonly steadyHoldMs: number;
  /** Errors above this are corrected by a seek, in milliseconds. */
  readonly acquisitionSeekMs: number;
  readonly steadySeekMs: number;
  /** From this error on a steady player is corrected firmly, once three readings agree. */
  readonly steadyFirmMs: number;
  /** Largest change of the playback rate in a firm and in a gentle pulse, as a fraction. */
  readonly firmPulse: number;
  readonly gentlePulse: number;
  /** Readings needed before they are believed, and the time they must span. */
  readonly quickReadings: number;
  readonly quickSpanMs: number;
  readonly steadyReadings: number;
  readonly steadySpanMs: number;
  /** Shortest time between two seeks, in milliseconds. */
  readonly seekPauseMs: number;
  /** Most corrective seeks in one acquisition. */
  readonly acquisitionSeeks: number;
}

/** Players whose rate can be set freely and whose position is known to a few milliseconds: files, HLS, DASH. */
export const FINE: LadderThresholds = {
  acquisitionMs: 2000,
  acquisitionHoldMs: 3,
  steadyHoldMs: 5,
  acquisitionSeekMs: 60,
  steadySeekMs: 400,
  steadyFirmMs: 60,
  firmPulse: 0.05,
  gentlePulse: 0.01,
  quickReadings: 4,
  quickSpanMs: 90,
  steadyReadings: 8,
  steadySpanMs: 900,
  seekPauseMs: 0,
  acquisitionSeeks: 1,
};

/** Players with rate steps or a clock of about 100 ms: YouTube and most embedded players. */
export const COARSE: LadderThresholds = {
  ...FINE,
  acquisitionMs: 8000,
  acquisitionHoldMs: 100,
  steadyHoldMs: 100,
  acquisitionSeekMs: 100,
  steadySeekMs: 250,
  steadyFirmMs: 100,
  quickReadings: 6,
  quickSpanMs: 700,
  steadyReadings: 10,
  steadySpanMs: 2000,
  seekPauseMs: 3000,
  acquisitionSeeks: 2,
};

/** Readings older than this say nothing about now. */
export const READING_WINDOW_MS = 1200;

/** After a start or a pulse the first frames are not yet typical. */
export const SETTLE_MS = 60;

/**
 * While the newest readings wander from one half of them to the other by more than this for every reading of a half, a
 * player has not come to itself, and is not corrected.
 */
export const WANDER_MS = 2;
export const WANDER_READINGS = 8;
/** With fewer readings a single wild one would look like wandering. */
export const WANDER_READINGS_MIN = 6;

/** A firm pulse is only as strong as it must be to be over in this time. */
export const FIRM_PULSE_MS = 500;

/** No pulse is longer than this: the player is looked at again before it goes on. */
export const PULSE_MAX_MS = 4000;

/** A steady player is not pulsed again before this time has passed. */
export const GENTLE_PAUSE_MS = 30_000;

/** A correction that would take less than this is not worth two writes of the rate. */
export const PULSE_MIN_MS = 40;

/** Most firm pulses in one acquisition: what they have not cured they will not cure. */
export const FIRM_PULSES_MAX = 3;

/**
 * Frames further from the target than this, while the clock is on it, are on the wrong beat of the screen: half an
 * interval of 60 Hz is the best that can be had, and a millisecond of it is noise.
 */
export const FRAME_BESIDE_MS = 9.5;

/** So many frames over so long must agree on it. */
export const FRAME_BESIDE_READINGS = 5;
export const FRAME_BESIDE_SPAN_MS = 150;

/** Frames older than this say nothing about where they are now: unlike the clock's readings they hardly scatter. */
export const FRAME_WINDOW_MS = 500;

/** A steady player's frames are left alone until they have been beside for so long: whatever pushed them is over then. */
export const FRAME_BESIDE_STEADY_MS = 500;

/** A renderer chooses by its clock: first the clock must be this close, in milliseconds. */
export const RELOCK_CLOCK_MS = 3;

/** Most relocks in a row that have cured nothing; the next one is tried after `GENTLE_PAUSE_MS`. */
export const RELOCKS_MAX = 3;

/** Until the frames are chosen anew and have been seen, in milliseconds. */
export const RELOCK_SETTLE_MS = 350;
