/** An address with its scheme, or that begins with `www.`; or a host of a common ending, with or without a path. */
const LINK =
  /\bhttps?:\/\/\S|\bwww\.\S|[\p{L}\p{N}-]\.(?:com|net|org|io|gg|tv|me|co|ru|xyz|info|link|live|app|dev|shop|site|online|top|ly|be)(?![\p{L}\p{N}-])|[\p{L}\p{N}-]\.\p{L}{2,}\/\S/iu;

/** Has this text a link, or something that many programs make one of? */
export const hasLink = (text: string): boolean => LINK.test(text);
