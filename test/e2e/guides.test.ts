import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { ServiceConfigSchema } from '../../src/contracts/config/config.schema.js';
import { someOf } from '../support/some-of.js';
import { type GuideWorld, guideWorld } from './guides/guide-world.js';
import { type Exchange, formatTranscript, parseTranscript } from './guides/transcript.js';

/** `UPDATE_GUIDES=1` writes down what the commands print now, and puts it into the guides. */
const UPDATE = process.env['UPDATE_GUIDES'] === '1';

/** Dozens of commands, each a process of its own: on a busy machine they take a while. */
const TRANSCRIPT_MS = 300_000;

const root = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = join(root, 'examples/guides');
const GUIDES = join(root, 'docs/guides');
const guides = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));

/** `<!-- path -->` before a block says which file it shows. */
const SHOWN = /<!-- (examples\/\S+) -->\n\n```(\w+)\n([\s\S]*?)```/g;
const pages = guides.map((name) => {
  const text = readFileSync(join(GUIDES, name), 'utf8');
  return { name, text, shown: [...text.matchAll(SHOWN)].map(([, path = '']) => path) };
});
const shownPaths = new Set(pages.flatMap(({ shown }) => shown));

const examples = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(({ name }) => ({ name, transcripts: transcriptsOf(name) }));

function transcriptsOf(name: string): readonly string[] {
  const files = readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith('.console'));
  return files.toSorted();
}

test.concurrent.each(UPDATE ? examples : someOf(examples, 1, Date.now()))(
  'the example $name prints what the guide shows of it',
  async ({ name, transcripts }) => {
    const textOf = (file: string): string => readFileSync(join(EXAMPLES, name, file), 'utf8');
    const live = transcripts.some((file) => /^\$ signalbox (?!simulate)/m.test(textOf(file)));
    const world = await guideWorld(name, live);
    try {
      // One after the other: a transcript goes on where the one before it ended.
      for (const file of transcripts) {
        const printed: Exchange[] = [];
        for (const { command, output } of parseTranscript(textOf(file))) {
          // oxlint-disable-next-line no-await-in-loop -- in the order in which they are typed
          printed.push({ command, output: await answer(world, command, output) });
        }
        const text = formatTranscript(printed);
        if (UPDATE) writeFileSync(join(EXAMPLES, name, file), text);
        expect(text, file).toBe(textOf(file));
      }
    } finally {
      await world.dispose();
    }
  },
  TRANSCRIPT_MS,
);

async function answer(world: GuideWorld, command: string, expected: string): Promise<string> {
  const once = async (): Promise<string> =>
    world.normaliser.shown(command, await world.type(world.normaliser.typed(command)));
  if (!READS.test(command)) return once();
  // What it tells of may still be on its way.
  let printed = '';
  await vi
    .waitFor(
      async () => {
        const before = printed;
        printed = await once();
        expect(printed).toBe(UPDATE ? before || 'something' : expected);
      },
      { interval: UPDATE ? 2_500 : 100 },
    )
    .catch(() => {});
  return printed;
}

/** Commands that change nothing: they may be asked again. */
const READS =
  /^signalbox (?:show|explain|status|services|history|freezes|release (?:show|list)|promotion list)\b(?!.*--wait)/;

describe.each(pages)('the guide $name', ({ name, text }) => {
  test('shows files as they are', () => {
    if (UPDATE) writeFileSync(join(GUIDES, name), refreshed(text));
    const current = UPDATE ? readFileSync(join(GUIDES, name), 'utf8') : text;
    for (const [, path = '', , block = ''] of current.matchAll(SHOWN)) {
      expect(block, path).toBe(readFileSync(join(root, path), 'utf8'));
    }
  });

  test('shows nothing else but settings that a service can have', () => {
    const others = text.replaceAll(SHOWN, '').matchAll(/^```(\w+)\n([\s\S]*?)```/gm);
    for (const [, language, block = ''] of others) {
      expect(language).toBe('yaml');
      expect(ServiceConfigSchema.safeParse(parse(block)).error?.issues, block).toBeUndefined();
    }
  });

  test('links to what is there', () => {
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect(existsSync(join(GUIDES, link)), link).toBe(true);
    }
  });
});

test('every example is in a guide', () => {
  const files = examples.flatMap(({ name }) =>
    readdirSync(join(EXAMPLES, name)).map((file) => `examples/guides/${name}/${file}`),
  );
  expect(files.filter((file) => !shownPaths.has(file))).toEqual([]);
});

const refreshed = (text: string): string =>
  text.replaceAll(
    SHOWN,
    (_, path: string, language: string) =>
      `<!-- ${path} -->\n\n\`\`\`${language}\n${readFileSync(join(root, path), 'utf8')}\`\`\``,
  );
