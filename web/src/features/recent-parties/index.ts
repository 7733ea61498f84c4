import './words.ts';

export { createRecentParties, partiesOf, type RecentParties, type RecentParty } from './recent-parties.ts';
export { RecentPartiesList } from './recent-parties-list.tsx';
