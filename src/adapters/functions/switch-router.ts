import {
  serviceKey,
  type ServiceRef,
  targetId,
  type TargetId,
  type Version,
} from '../../domain/model/ids.js';
import {
  FunctionRouter,
  type FunctionRouterOptions,
  type RouteContext,
} from './function-router.js';

/**
 * Switches all traffic of a service to a version at once. `false` or a throw
 * refuses: the step fails, and the traffic counts as where it was.
 */
export type SwitchFunction = (
  version: Version,
  context: RouteContext,
) => boolean | void | Promise<boolean | void>;

/** The version that a target surely runs; `null` where that is nothing, or not known. */
export type VersionOf = (ref: ServiceRef, target: TargetId) => Version | null;

/**
 * Lets a plain function switch a service's traffic from one version to another,
 * as blue-green does. It knows no shares: as long as targets of several versions
 * have some, the traffic stays where it was switched to last.
 */
export function switchRouter(
  switchTo: SwitchFunction,
  versionOf: VersionOf,
  options: Omit<FunctionRouterOptions, 'name'> = {},
): FunctionRouter {
  const live = new Map<string, Version>();
  return new FunctionRouter(
    async (shares, context) => {
      const versions = new Set(
        Object.entries(shares).flatMap(([id, share]) =>
          share > 0 ? [versionOf(context, targetId(id))] : [],
        ),
      );
      const [version] = versions;
      const key = serviceKey(context);
      if (versions.size !== 1 || version === null || version === undefined) return true;
      const before = live.get(key);
      if (before === version) return true;
      // A throw, or no answer in time: nobody knows where the traffic is by now.
      live.delete(key);
      const answer = await switchTo(version, context);
      const now = answer === false ? before : version;
      if (now !== undefined) live.set(key, now);
      return answer;
    },
    { ...options, name: 'the switch function' },
  );
}
