import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { haproxyConnection } from '../../../src/adapters/routers/haproxy/haproxy-connection.js';
import { startHaproxy } from '../../support/haproxy-server.js';
import type { Balancer, PlacedTarget, ServerView, Site } from './balancer.js';
import { vi } from 'vitest';

const BACKEND = 'be_proof';
const ASK_WITHIN_MS = 60_000;

export interface HaproxySite {
  readonly targets: readonly PlacedTarget[];
  readonly count: number;
  /** Initial weights, in the targets' order. */
  readonly weights: readonly number[] | null;
  /** It is restarted with what was set while it ran. */
  readonly stateFile: boolean;
}

/** Real HAProxies side by side. */
export async function haproxySite(settings: HaproxySite): Promise<Site> {
  const started: { balancer: Balancer; socket: string }[] = [];
  for (let at = 1; at <= settings.count; at += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a port after the other, so that none is taken twice
    started.push(await startOne(settings, `haproxy-${at}`));
  }
  const sockets = started.map(({ socket }) => socket);
  const socket = sockets.length === 1 ? sockets[0] : sockets;
  return {
    balancers: started.map(({ balancer }) => balancer),
    router: { kind: 'haproxy', socket, backend: BACKEND },
  };
}

async function startOne(
  { targets, weights, stateFile }: HaproxySite,
  name: string,
): Promise<{ balancer: Balancer; socket: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-proof-state-'));
  const file = join(folder, 'servers');
  const weightOf = (at: number): string => (weights === null ? '' : ` weight ${weights[at]}`);
  const haproxy = await startHaproxy({
    backend: BACKEND,
    settings: [
      'option httpchk GET /healthz',
      'retries 3',
      'option redispatch 1',
      // Slow is not down: this machine has others to serve.
      ...['timeout check 30s', 'timeout connect 30s', 'timeout queue 30s'],
      ...(stateFile ? ['load-server-state-from-file global'] : []),
    ],
    servers: targets.map(
      ({ id, address }, at) => `${id} ${address} check inter 100 rise 1 fall 2${weightOf(at)}`,
    ),
    ...(stateFile && { global: [`server-state-file ${file}`] }),
  });
  const ask = haproxyConnection(haproxy.socket, ASK_WITHIN_MS);
  const say = async (command: string): Promise<string> => {
    const answer = await ask(command, new AbortController().signal);
    if (!answer.ok) throw new Error(`${command}: ${answer.error.message}`);
    return answer.value;
  };
  const states = (): Promise<string> => say(`show servers state ${BACKEND}`);
  // Somebody who asks while it is restarted asks again.
  const put = (target: string, state: 'maint' | 'ready'): Promise<void> =>
    vi.waitFor(
      async () => {
        const answer = await say(`set server ${BACKEND}/${target} state ${state}`);
        if (answer.trim() !== '') throw new Error(`HAProxy: ${answer}`);
      },
      { timeout: 60_000, interval: 100 },
    );
  const balancer: Balancer = {
    name,
    urls: [haproxy.url],
    look: () => states().then(viewsIn, () => null),
    hold: (target) => put(target, 'maint').then(() => true),
    giveBack: (target) => put(target, 'ready'),
    restart: async (how) => {
      if (stateFile) await writeFile(file, await states());
      await (how === 'kill' ? haproxy.restart() : haproxy.reload());
      return { forgets: !stateFile };
    },
    dispose: async () => {
      await haproxy.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return { balancer, socket: haproxy.socketAddress };
}

/** Bits of srv_admin_state, as HAProxy's management guide has them. */
const FORCED_MAINTENANCE = 0x01;
const OUT = 0x01 | 0x02 | 0x08 | 0x10 | 0x20 | 0x40;
/** Of srv_op_state: it is stopped; and it takes nobody new while it stops. */
const STOPPED = [0, 3];

/* oxlint-disable no-bitwise -- a field of flags */
function viewsIn(table: string): readonly ServerView[] {
  const [, header = '', ...rows] = table.split('\n');
  const columns = header.replace(/^# /, '').split(' ');
  return rows
    .filter((row) => row !== '')
    .map((row) => {
      const fields = row.split(' ');
      const field = (name: string): string => fields[columns.indexOf(name)] ?? '';
      const admin = Number(field('srv_admin_state'));
      const weight = Number(field('srv_uweight'));
      const runs = !STOPPED.includes(Number(field('srv_op_state')));
      return {
        ...{ target: field('srv_name'), weight },
        serves: runs && weight > 0 && (admin & OUT) === 0,
        held: (admin & FORCED_MAINTENANCE) !== 0,
      };
    });
}
