import { isAlias, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import type { ConfigProblem, Place } from '../../contracts/problems/config-error.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import type { Located } from './located.js';
import { misreadKeys } from './yaml-keys.js';

/** A text in YAML, or in JSON, which is YAML: its value, and where each part of it stands. */
export function readYaml(text: string): Result<Located, readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  if (document.errors.length > 0) {
    return err(
      document.errors.map(({ message, pos: [start] }) => ({
        path: '',
        message: message.replaceAll(/\s*\n\s*/g, ' '),
        place: placeOf(lines, start),
      })),
    );
  }
  const misread = misreadKeys(document, lines);
  if (misread.length > 0) return err(misread);
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return ok({ value, placeOf: (path, at) => placeIn(document, lines, path, at) });
  } catch (thrown) {
    // Aliases may lead nowhere, or to more than anybody meant.
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return err([{ path: '', message, place: null }]);
  }
}

function placeIn(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
  at: 'key' | 'value',
): Place {
  let node: unknown = document.contents;
  let found: Node | null = isNode(node) ? node : null;
  for (const [depth, part] of path.entries()) {
    const below = childOf(isAlias(node) ? node.resolve(document) : node, part);
    // A field that is missing is where it should be: in the one around it.
    if (below === null) break;
    const isLast = depth === path.length - 1;
    found = (isLast && at === 'key' ? below.key : (below.value ?? below.key)) ?? found;
    node = below.value;
  }
  const start = found?.range?.[0];
  // Of an empty file, its beginning.
  return placeOf(lines, start ?? 0);
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function childOf(node: unknown, part: string | number): Child | null {
  if (isMap(node)) {
    const pair = node.items.find(
      ({ key }) => String(isScalar(key) ? key.value : key) === String(part),
    );
    return pair ? { key: asNode(pair.key), value: asNode(pair.value) } : null;
  }
  if (!isCollection(node)) return null;
  const item = asNode(node.get(part, true));
  return item && { key: null, value: item };
}

const asNode = (value: unknown): Node | null => (isNode(value) ? value : null);

function placeOf(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
