// What the end of a path says of what is behind it.

/** Endings of files that players play, those first that browsers do not. */
const EXTENSIONS = 'avi|wmv|flv|mpe?g|3gp|mp4|m4v|webm|mov|mkv|og[gvax]|opus|mp3|m4[ab]|aac|wav|weba|flac|m3u8|mpd|ts';

/** A name that ends as a medium does. */
export const MEDIA_NAME = new RegExp(`\\.(?:${EXTENSIONS})$`, 'i');

/** Where in a text the name of a medium ends: before its query, white space, or what closes a quotation. */
export const MEDIA_NAME_WITHIN = new RegExp(
  `\\.(?:${EXTENSIONS})(?=$|[?#\\s)\\]}>"'’”»。，、；：！？．」』）】》〉］]|[.,;:!](?:\\s|$))`,
  'i',
);

export const HLS_NAME = /\.m3u8$/i;
export const DASH_NAME = /\.mpd$/i;

/** What files are called that are one of many alike: the folder, or the host, says which. */
const GENERIC_FILE =
  /^(?:index|master|main|manifest(?:\([^)]*\))?|(?:hls)?playlist|chunklist(?:[-_][bwv]\w*)*|start|prog_index|stream|streams|live|video|videos|movie|media|source|src|original|default|output|out|file|files|download|play|player|playback|watch|view|embed|content|hls|dash|vod|get|asset|full|hd|sd|\d{3,4}p?)(?:[-_ ]?\d{0,2})$/i;

/** Does a name, without its ending, say nothing of what it is the name of? */
export const isGenericName = (name: string): boolean => GENERIC_FILE.test(name);
