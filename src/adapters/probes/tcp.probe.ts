import { connect } from 'node:net';
import type { TcpCheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import { fill, subjectPlaceholders } from '../drivers/placeholders.js';
import { parseAddress } from '../drivers/target-address.js';
import {
  connectionFailure,
  healthy,
  probeOf,
  unknown,
  within,
  type Finding,
} from './observation.js';

/** Sees whether something accepts connections; says nothing and hangs up. */
export const createTcpProbe = (spec: TcpCheckSpec): HealthProbe =>
  probeOf(spec, `tcp ${spec.address}`, async (subject, signal) => {
    const address = fill(spec.address, subjectPlaceholders(subject));
    if (!address.ok) return unknown(address.error);
    const { host, port = null } = parseAddress(address.value) ?? {};
    if (host === undefined || port === null) {
      return unknown(`${JSON.stringify(address.value)} is not an address of the form host:port`);
    }
    return within(spec.timeout, signal, (deadline) => knock(host, port, deadline));
  });

const knock = (host: string, port: number, signal: AbortSignal): Promise<Finding> =>
  new Promise((resolve) => {
    const place = `${host}:${port}`;
    const socket = connect({ host, port });
    const end = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => end(healthy(`${place} accepts connections`)));
    socket.on('error', (error) => end(connectionFailure(error, place)));
    signal.addEventListener('abort', () => end(unknown('stopped')), { once: true });
  });
