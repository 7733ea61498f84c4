export { StartPartyForm } from './start-party-form.tsx';
