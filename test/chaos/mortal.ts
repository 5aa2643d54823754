/** What is to befall a worker, and when: around the n-th call of one of its ports. */
export interface Doom {
  readonly how: 'kill' | 'freeze';
  readonly port: 'store' | 'driver' | 'router';
  readonly nth: number;
  readonly when: 'before' | 'after';
}

export const doomText = (doom: Doom | null): string => (doom ? JSON.stringify(doom) : '');
export const doomOf = (text: string): Doom | null =>
  text === '' ? null : (JSON.parse(text) as Doom);

export interface LastWords {
  /** Said before it dies. */
  readonly dies: () => void;
  /** Said, and heard, before it stands still; somebody must wake it. */
  readonly freezes: () => Promise<void>;
}

/** Stands between a process and its ports, and ends or stops it between two calls. */
export class Mortality {
  #doom: Doom | null;
  #left: number;
  readonly #words: LastWords;

  constructor(doom: Doom | null, words: LastWords) {
    this.#doom = doom;
    this.#left = doom?.nth ?? 0;
    this.#words = words;
  }

  /** In place of what was to come. */
  foretell(doom: Doom | null): void {
    this.#doom = doom;
    this.#left = doom?.nth ?? 0;
  }

  wrap<T extends object>(name: Doom['port'], port: T): T {
    return new Proxy(port, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const doom = this.#due(name);
          if (doom?.when === 'before') await this.#meet(doom);
          const answer: unknown = await Reflect.apply(value, target, args);
          if (doom?.when === 'after') await this.#meet(doom);
          return answer;
        };
      },
    });
  }

  #due(name: Doom['port']): Doom | null {
    const doom = this.#doom;
    if (doom?.port !== name || --this.#left > 0) return null;
    this.#doom = null;
    return doom;
  }

  /** As the kernel does it: of what stands behind it nothing runs, or not before somebody sends SIGCONT. */
  async #meet({ how }: Doom): Promise<void> {
    if (how === 'freeze') {
      await this.#words.freezes();
      process.kill(process.pid, 'SIGSTOP');
      return;
    }
    this.#words.dies();
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  }
}
