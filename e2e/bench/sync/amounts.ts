/** How often and how long one kind of browser is measured. */
export interface BrowserAmounts {
  readonly pages: number;
  readonly steadyMs: number;
  /** Further starts, each watched for a shorter while: every start meets the screen anew. */
  readonly moreStarts: number;
  readonly plays: number;
  readonly seeks: number;
  readonly joins: number;
  readonly freezes: number;
  readonly sleeps: number;
  readonly badStarts: number;
  readonly badJoins: number;
}

export interface Amounts {
  /** After a start, before things are called steady. */
  readonly settleMs: number;
  readonly chromium: BrowserAmounts;
  readonly firefox: BrowserAmounts;
  readonly youtubeMs: number;
  readonly pairMs: number;
  readonly floorMs: number;
}

/** Less than twelve minutes. */
export const WHOLE: Amounts = {
  settleMs: 9000,
  chromium: {
    pages: 4,
    steadyMs: 60_000,
    moreStarts: 2,
    plays: 5,
    seeks: 4,
    joins: 3,
    freezes: 3,
    sleeps: 1,
    badStarts: 2,
    badJoins: 2,
  },
  firefox: {
    pages: 2,
    steadyMs: 30_000,
    moreStarts: 0,
    plays: 3,
    seeks: 2,
    joins: 1,
    freezes: 1,
    sleeps: 0,
    badStarts: 1,
    badJoins: 0,
  },
  youtubeMs: 30_000,
  pairMs: 20_000,
  floorMs: 10_000,
};

/** Less than four minutes. */
export const QUICK: Amounts = {
  settleMs: 6000,
  chromium: {
    pages: 3,
    steadyMs: 15_000,
    moreStarts: 0,
    plays: 2,
    seeks: 1,
    joins: 1,
    freezes: 1,
    sleeps: 0,
    badStarts: 1,
    badJoins: 0,
  },
  firefox: {
    pages: 2,
    steadyMs: 10_000,
    moreStarts: 0,
    plays: 1,
    seeks: 0,
    joins: 0,
    freezes: 0,
    sleeps: 0,
    badStarts: 0,
    badJoins: 0,
  },
  youtubeMs: 10_000,
  pairMs: 6000,
  floorMs: 5000,
};
