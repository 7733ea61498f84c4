import './words.ts';

export { AccountStart } from './account-start.tsx';
export { BringQuestion } from './bring-question.tsx';
export { type BringDefault, bringByDefault } from './bring-rules.ts';
export { DataSection } from './data-section.tsx';
export { DEVICES_QUERY, DevicesSection } from './devices-section.tsx';
export { GuestSection } from './guest-section.tsx';
export { PasskeysSection } from './passkeys-section.tsx';
export { PasswordSection } from './password-section.tsx';
export { SignOutButton } from './sign-out-button.tsx';
