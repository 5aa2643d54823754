import {
  deploymentId,
  environmentName,
  serviceName,
  targetId,
  version,
} from '../../../src/domain/model/ids.js';
import type { Target } from '../../../src/domain/model/target.js';
import type { DriverCall } from '../../../src/domain/ports/target-driver.js';

interface CallText {
  readonly action?: DriverCall['action'];
  readonly deploymentId?: string;
  readonly version?: string;
  readonly previousVersion?: string | null;
  readonly fence?: number;
  readonly target?: Partial<Target>;
}

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;

export const driverCall = (text: CallText = {}): DriverCall => ({
  action: text.action ?? 'deploy',
  service: serviceName('api'),
  environment: environmentName('production'),
  deploymentId: deploymentId(text.deploymentId ?? 'dep_0123456789'),
  version: version(text.version ?? '1.0.0'),
  previousVersion: text.previousVersion ? version(text.previousVersion) : null,
  fence: text.fence ?? 1,
  target: {
    id: targetId('web-1'),
    name: 'web 1',
    address: '127.0.0.1:8081',
    metadata: {},
    ...text.target,
  },
});
