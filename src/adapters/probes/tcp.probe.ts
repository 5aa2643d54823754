import { connect } from 'node:net';
import type { TcpCheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import { fill, subjectPlaceholders } from '../drivers/process/placeholders.js';
import { hostAndPort, parseAddress } from '../drivers/process/target-address.js';
import { pinned } from '../net/guarded-request.js';
import type { JudgedAddress, NetworkGuard } from '../net/network-guard.js';
import {
  connectionFailure,
  healthy,
  probeOf,
  unknown,
  within,
  type Finding,
} from './observation.js';

/** Sees whether something accepts connections, where the guard lets it; says nothing and hangs up. */
export const createTcpProbe = (spec: TcpCheckSpec, guard: NetworkGuard): HealthProbe =>
  probeOf(spec, `tcp ${spec.address}`, async (subject, signal) => {
    const address = fill(spec.address, subjectPlaceholders(subject));
    if (!address.ok) return unknown(address.error);
    const { host, port = null } = parseAddress(address.value) ?? {};
    if (host === undefined || port === null) {
      return unknown(`${JSON.stringify(address.value)} is not an address of the form host:port`);
    }
    const place = hostAndPort(host, port);
    return within(spec.timeout, signal, async (deadline) => {
      try {
        const judged = await guard.judge(host);
        if (!judged.ok) return unknown(`did not look at ${place}: ${judged.error}`);
        return await knock({ host, port, place, addresses: judged.value }, deadline);
      } catch (error) {
        return connectionFailure(error, place);
      }
    });
  });

interface Door {
  readonly host: string;
  readonly port: number;
  readonly place: string;
  readonly addresses: readonly JudgedAddress[];
}

const knock = ({ host, port, place, addresses }: Door, signal: AbortSignal): Promise<Finding> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(unknown('stopped'));
    // Only a name is looked up: an address is its own judgement.
    const socket = connect({ host, port, lookup: pinned(addresses) });
    const end = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => end(healthy(`${place} accepts connections`)));
    socket.on('error', (error) => end(connectionFailure(error, place)));
    signal.addEventListener('abort', () => end(unknown('stopped')), { once: true });
  });
