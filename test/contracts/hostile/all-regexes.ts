import { readdirSync, readFileSync } from 'node:fs';
import { allContracts } from './all-contracts.js';

const SOURCE = new URL('../../../src/', import.meta.url);

/** A literal: after what an expression may follow, classes and escapes taken whole. */
const LITERAL =
  /(?<=[=(,:?&|![{ ;]\s*|^\s*)\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])*)\/([dgimsuvy]*)/gm;

/**
 * Every regular expression of src, by place: the literals as they stand there, and
 * those that contracts put together while they are loaded. Some text between two
 * slashes is no expression; as one more it does no harm.
 */
export async function allRegexes(): Promise<ReadonlyMap<string, RegExp>> {
  const found = new Map<string, RegExp>();
  for (const file of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(new URL(file, SOURCE), 'utf8');
    for (const [, source = '', flags = ''] of text.matchAll(LITERAL)) {
      const regex = made(source, flags);
      if (regex !== null) found.set(`${file} ${source}`, regex);
    }
  }
  for (const regex of await builtByContracts()) found.set(`built ${regex.source}`, regex);
  return found;
}

function made(source: string, flags: string): RegExp | null {
  try {
    return new RegExp(source, flags.replace(/[gy]/g, ''));
  } catch {
    return null;
  }
}

/** They pass through the constructor, which is watched meanwhile. */
async function builtByContracts(): Promise<readonly RegExp[]> {
  const built: RegExp[] = [];
  const Original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Original, {
    construct: (target, [source, flags]: [string, string?]) => {
      const regex = new target(source, flags);
      built.push(new target(source, (flags ?? '').replaceAll(/[gy]/g, '')));
      return regex;
    },
  });
  try {
    await allContracts();
  } finally {
    globalThis.RegExp = Original;
  }
  return built;
}
