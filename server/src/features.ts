import { createChatFeature } from './chat/index.ts';
import { createLinksFeature } from './links/index.ts';
import { createPicturesFeature } from './pictures/index.ts';
import type { FeatureFactory } from './platform/feature.ts';
import { createQueueFeature } from './queue/index.ts';
import { createResumeFeature } from './resume/index.ts';
import { createSessionsFeature } from './sessions/index.ts';
import { createTitlesFeature } from './titles/index.ts';

/** Features of the server, each after those whose offers it takes. Accounts come last, by themselves. */
export const FEATURES: readonly FeatureFactory[] = [
  createTitlesFeature,
  createSessionsFeature,
  createChatFeature,
  createQueueFeature,
  createResumeFeature,
  createLinksFeature,
  createPicturesFeature,
];
