import type { CliPorts } from '../../cli/session/cli-ports.js';

/**
 * Standard output that may be lost: its reader left (`| head`), or its disk is
 * full. What is printed then goes nowhere, and `lost` says so, with the code of
 * the error as its reason.
 */
export function standardOutput(stream: NodeJS.WriteStream): CliPorts['stdout'] {
  const lost = new AbortController();
  const lose = (error: unknown): void => lost.abort(codeOf(error));
  stream.on('error', lose);
  const write = (text: string, written?: () => void): void => {
    try {
      stream.write(text, (error) => {
        if (error) lose(error);
        written?.();
      });
    } catch (error) {
      // A file is written to at once.
      lose(error);
      written?.();
    }
  };
  return {
    write: (text) => {
      if (!lost.signal.aborted) write(text);
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    lost: lost.signal,
    flush: () => new Promise((resolve) => write('', resolve)),
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
