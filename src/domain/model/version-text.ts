/**
 * What a version is written in. It is opaque to us (a tag, a digest, a path, a
 * git revision) and taken as it is: never normalized, so that two spellings of
 * one letter (NFC and NFD) are two versions, as they are to git and to a file
 * system.
 */
export const MOST_VERSION_CHARACTERS = 256;

/**
 * Nothing that cannot be seen: no controls, no marks that turn the writing
 * direction or have no width, no private, unassigned or half characters (all of
 * category C), no white space (Z), nor what is a letter by its category and blank
 * on the screen.
 */
const UNSEEN = '\\p{C}\\p{Z}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u2800\\u3164\\uFFA0';
const HIDDEN = new RegExp(`[${UNSEEN}]`, 'u');

/** With the flag `u`; a character is a code point. */
export const VERSION_PATTERN = new RegExp(`^[^${UNSEEN}]{1,${MOST_VERSION_CHARACTERS}}$`, 'u');

/** Why a text is no version, naming the character at fault, counted from 1; `null` where it is one. */
export function versionRefusal(text: string): string | null {
  if (text === '') return `expected 1 to ${MOST_VERSION_CHARACTERS} characters, got none`;
  // Only as far as matters: who sends megabytes need not be told how many.
  const characters = Array.from(text.slice(0, 2 * MOST_VERSION_CHARACTERS + 2));
  for (const [at, character] of characters.slice(0, MOST_VERSION_CHARACTERS).entries()) {
    if (HIDDEN.test(character)) {
      return `${named(character)} at position ${at + 1} is not allowed: expected printable characters without spaces`;
    }
  }
  return characters.length > MOST_VERSION_CHARACTERS
    ? `expected at most ${MOST_VERSION_CHARACTERS} characters`
    : null;
}

/** `U+0007`, with the name of those that people meet. */
function named(character: string): string {
  const code = Number(character.codePointAt(0));
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const name = NAMES[code];
  return name === undefined ? hex : `${hex} (${name})`;
}

const NAMES: Readonly<Record<number, string | undefined>> = {
  0x00: 'NUL',
  0x09: 'tab',
  0x0a: 'line feed',
  0x0d: 'carriage return',
  0x1b: 'escape',
  0x20: 'space',
  0xa0: 'no-break space',
  0xad: 'soft hyphen',
  0x200b: 'zero-width space',
  0x200d: 'zero-width joiner',
  0x202e: 'right-to-left override',
  0xfeff: 'byte order mark',
};
