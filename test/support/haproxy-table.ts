import { setTimeout as delay } from 'node:timers/promises';
import { vi } from 'vitest';
import { haproxyConnection } from '../../src/adapters/routers/haproxy/haproxy-connection.js';
import type { RunningHaproxy } from './haproxy-server.js';

const SAMPLE_MS = 50;

/** One server as HAProxy's own table has it: `UP`, `DOWN`, `DRAIN`, `MAINT`; weights are of 256. */
export interface ServerRow {
  readonly status: string;
  readonly weight: number;
}

/** All servers of the backend, as they were at one moment. */
export type Table = Readonly<Record<string, ServerRow>>;

/** Whom HAProxy gives new requests to. A server on its way down (`UP 1/2`) still gets some. */
export const withTraffic = (table: Table): readonly string[] =>
  Object.keys(table).filter((id) => {
    const { status = '', weight = 0 } = table[id] ?? {};
    return status.startsWith('UP') && weight > 0;
  });

export interface TableWatch {
  /** What was seen since the watch began. */
  readonly seen: () => readonly Table[];
  /** Ends it; what was seen since it began. */
  readonly stop: () => Promise<readonly Table[]>;
}

/** What a person does and reads on HAProxy's socket. */
export function haproxyTable({ socket }: RunningHaproxy, backend: string) {
  const say = async (command: string): Promise<string> => {
    const answer = await haproxyConnection(socket, 5_000)(command, new AbortController().signal);
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value;
  };
  const read = async (): Promise<Table> => tableOf(await say(`show stat ${backend} 4 -1`));
  return {
    say,
    read,
    /** Waits until the table is so. */
    until: (there: (table: Table) => boolean): Promise<Table> =>
      vi.waitFor(
        async () => {
          const table = await read();
          if (!there(table)) throw new Error(JSON.stringify(table));
          return table;
        },
        { timeout: 60_000, interval: SAMPLE_MS },
      ),
    /** Reads it every 50 ms. */
    watch(): TableWatch {
      const stopped = new AbortController();
      const samples: Table[] = [];
      const ended = (async () => {
        while (!stopped.signal.aborted) {
          // oxlint-disable-next-line no-await-in-loop -- one sample after the other
          samples.push(await read());
          // oxlint-disable-next-line no-await-in-loop -- the pace
          await delay(SAMPLE_MS, undefined, { signal: stopped.signal }).catch(() => {});
        }
      })();
      // Who stops it is told.
      ended.catch(() => stopped.abort());
      return {
        seen: () => samples,
        stop: async () => {
          stopped.abort();
          await ended;
          return samples;
        },
      };
    },
  };
}

export type HaproxyTable = ReturnType<typeof haproxyTable>;

function tableOf(answer: string): Table {
  const [header = '', ...rows] = answer.split('\n').filter((line) => line !== '');
  const columns = header.replace(/^# /, '').split(',');
  // None of the columns before and up to the status can hold a comma.
  const field = (row: readonly string[], name: string): string => row[columns.indexOf(name)] ?? '';
  return Object.fromEntries(
    rows.map((line) => {
      const row = line.split(',');
      const weight = Number(field(row, 'weight'));
      return [field(row, 'svname'), { status: field(row, 'status'), weight }];
    }),
  );
}
