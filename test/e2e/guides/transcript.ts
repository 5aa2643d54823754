/** A command of a transcript, as a reader would type it, and what it printed. */
export interface Exchange {
  readonly command: string;
  readonly output: string;
}

/** Ids of guides, in the order in which they are first seen: short, and the same in every run. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  dep: 'k3v9 m7q2 p4x8 r6w1 t2z5 v8b3 x1d7 z5f4 b9g6 d2j8'.split(' ').map((end) => `dep_${end}`),
  rel: ['rel_c5n8', 'rel_f2h6', 'rel_h8k1'],
  frz: ['frz_h4k7', 'frz_j9m2'],
};
const LIVE_ID = /\b((?:dep|rel|frz)_(?!simulated)[0-9a-z]{20,})(\.\w+)?( *)/g;

export function parseTranscript(text: string): readonly Exchange[] {
  return text
    .split(/^\$ /m)
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

export const formatTranscript = (exchanges: readonly Exchange[]): string =>
  exchanges.map(({ command, output }) => `$ ${command}\n${output}`).join('');

/** Whether a worker has begun yet by the time that the plan is printed. */
const JUST_ASKED = /^(\S+\/\S+ \S+ dep_\w+ )(?:approved|executing|completed)$/m;

/** Makes what was printed comparable, and puts the ids of this run into what is typed. */
export class Normaliser {
  readonly #guideIds = new Map<string, string>();
  readonly #secrets: readonly (readonly [string, string])[];

  /** @param places what this run has instead of what the guide says */
  constructor(places: readonly (readonly [string, string])[]) {
    this.#secrets = places;
  }

  typed(command: string): string {
    let typed = command;
    for (const [live, shown] of this.#guideIds) typed = typed.replaceAll(shown, live);
    return typed;
  }

  /** Simulated time is the same in every run, and stays. */
  shown(command: string, output: string): string {
    const plain = this.#secrets.reduce(
      (text, [live, shown]) => text.replaceAll(live, shown),
      output.replaceAll(LIVE_ID, (all, id: string, end: string = '', gap: string) => {
        const shown = `${this.#guideId(id)}${end}`;
        // A column keeps its width; a command in a sentence has none.
        const column = gap.length > 1 && !command.startsWith('signalbox explain');
        return column ? shown.padEnd(all.length) : `${shown}${gap}`;
      }),
    );
    if (command.includes('signalbox simulate')) return plain;
    const text = inOrder(timeless(plain));
    return command.startsWith('signalbox deploy') ? text.replace(JUST_ASKED, '$1approved') : text;
  }

  #guideId(live: string): string {
    const known = this.#guideIds.get(live);
    if (known !== undefined) return known;
    const kind = live.slice(0, 3);
    const taken = [...this.#guideIds.keys()].filter((id) => id.startsWith(kind)).length;
    const name = NAMES[kind]?.[taken];
    if (name === undefined) throw new Error(`a guide with more than ${taken} ids of ${kind}`);
    this.#guideIds.set(live, name);
    return name;
  }
}

const timeless = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d(?=[ T]\d\d:\d\d)/g, 'yyyy-mm-dd')
    .replaceAll(/\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'hh:mm:ssZ')
    .replaceAll(/(\b(?:in|took) +)[\d.]+(?:ms|s|m|h)(?: \d+(?:s|m))?(?=[:,)\n]|$)/g, '$1…')
    .replaceAll(/[\d.]+(?:ms|s|m|h)(?: \d+(?:s|m))? ago|(?<=  )now$/gm, '… ago')
    .replaceAll(/(?<="(?:waitedMs|durationMs|latencyMs)":)\d+/g, '0');

const TARGET_LINE = /^(.*#\d+ +\w+ +)([\w.-]+: (?:putting the|updated|back on).*)$/;

/** Targets that are done at once end in any order: neighbours are told by name. */
function inOrder(text: string): string {
  const lines = text.split('\n');
  const sorted: string[] = [];
  let run: RegExpExecArray[] = [];
  const flush = (): void => {
    const said = run.map(([, , what = '']) => what).toSorted(byRank);
    sorted.push(...run.map(([, head = ''], at) => `${head}${said[at]}`));
    run = [];
  };
  for (const line of lines) {
    const match = TARGET_LINE.exec(line);
    if (match) {
      run.push(match);
      continue;
    }
    flush();
    sorted.push(line);
  }
  flush();
  return sorted.join('\n');
}

/** Calls before their ends, then by name. */
function byRank(a: string, b: string): number {
  const rank = (text: string): number => (text.includes(': putting') ? 0 : 1);
  return rank(a) - rank(b) || a.localeCompare(b);
}
