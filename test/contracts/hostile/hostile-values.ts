import fc from 'fast-check';

/** Texts that have broken parsers, keys, logs, terminals and shells. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  'a\r\nb',
  'a\r\nSet-Cookie: x=1',
  '\u001b[2J\u001b[31m',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u202egnp.exe',
  '\u2028',
  '\ud800',
  '\ufeff',
  '\uff21\uff30\uff29',
  'а\u0440i',
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'a:b{c}',
  '{api}',
  '../../etc/passwd',
  '..',
  '.',
  '/',
  '-rf',
  '--help',
  '$(reboot)',
  '`reboot`',
  '; reboot',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '{{7*7}}',
  '${7*7}',
  '%00',
  '%2e%2e%2f',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '9007199254740993',
  '0x10',
  '1_000',
  '-1%',
  '101%',
  '1e2%',
  'x'.repeat(70_000),
  '\u{1f680}'.repeat(200),
];

export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.1, 1e-9, 1e21, 2 ** 31, 2 ** 53, 1e308, Infinity, -Infinity, NaN),
  fc.double(),
  fc.integer(),
);

const hostileKey = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'prototype'), hostileText);

/** An own property of any name, as JSON.parse makes them. */
export const own = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
  const made: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(made, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return made;
};

/** Any value at all: of the wrong type, out of range, with keys that reach what objects inherit. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { maxDepth: 3, depthSize: 'small' },
  fc.constantFrom(null, undefined, true, false),
  hostileText,
  hostileNumber,
  fc.constantFrom<unknown>(new Date(0), /a/, new Map(), new Set(), Symbol('s'), 1n, () => 1),
  fc.anything({ maxDepth: 2, withNullPrototype: true, withSparseArray: true }),
  fc.array(
    fc.constant(null).chain(() => hostileText),
    { maxLength: 4 },
  ),
  fc.array(fc.tuple(hostileKey, hostileText), { maxLength: 4 }).map(own),
);

/** What every object inherits, to be compared after something hostile was read. */
export const inherited = (): readonly string[] =>
  [Object.prototype, Array.prototype, Function.prototype, String.prototype].flatMap((prototype) =>
    Object.getOwnPropertyNames(prototype),
  );
