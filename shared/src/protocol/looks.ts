/** How many colours people can have; what colour each number is in which theme is for a face to say. */
export const LOOK_COLOURS = 12;

/** Most code points of an emoji: a family of four with skin tones has eleven. */
export const EMOJI_MAX_CHARS = 12;

/** Given to people who choose none; any other emoji may be chosen. */
export const LOOK_EMOJI: readonly string[] = (
  '🦊 🐼 🦉 🐨 🐸 🦁 🐧 🐙 🦋 🐝 🐬 🦄 🐢 🦔 🐯 🐰 🦩 🐳 🐞 🦜 🐻 🐱 🐶 🦥 ' +
  '🍉 🍋 🍓 🥑 🍄 🌵 🌻 🍀 🌙 ⭐ 🔥 🌈 🎈 🎸 🎲 🚀 ⛵ 🍿 🧁 🍩 🥨 🌮 🏀 🪁'
).split(' ');

/** What tells one person from another at a glance: a colour of the palette and one emoji. */
export interface Look {
  /** 0 to `LOOK_COLOURS` - 1. */
  readonly colour: number;
  readonly emoji: string;
}

/** Strings of several code points in a pattern need this mode. */
const UNICODE_SETS = 'v';
let emojiPattern: RegExp | null = null;

/** Is this one emoji, and nothing else: of those that Unicode recommends for general interchange? */
export function isEmoji(text: string): boolean {
  // Made when it is first needed: browsers that do not know the flag load this module, too.
  emojiPattern ??= new RegExp('^\\p{RGI_Emoji}$', UNICODE_SETS);
  return emojiPattern.test(text);
}
