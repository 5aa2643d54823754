import { percentText } from '../../contracts/views/step-words.js';
import type { ServiceDrift } from '../../domain/audit/find-drift.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { Drifts } from '../session/doctor-session.js';
import { listed } from '../../domain/plan/listed.js';
import type { Drift } from '../../domain/reconcile/drift.js';
import type { Diagnostic } from './diagnostics.js';

type Drifted = Extract<ServiceDrift, { kind: 'drifted' }>;
type OfKind<K extends Drift['kind']> = Extract<Drift, { kind: K }>;

/** Where routers do not do what services declare: what is declared, what is seen, and what to do. */
export function driftDiagnostics(drifts: Drifts): readonly Diagnostic[] {
  if (!drifts.ok) return [{ level: 'warn', text: `no router was asked: ${drifts.error}` }];
  const { services } = drifts.value ?? { services: [] };
  return services.flatMap((each) => (each.kind === 'unasked' ? [unasked(each)] : drifted(each)));
}

const unasked = (each: Extract<ServiceDrift, { kind: 'unasked' }>): Diagnostic => ({
  level: 'warn',
  text: `${whereOf(each)}: its router cannot be asked from here: ${each.reason}${each.behind === true ? `; it has missed changes: ${BY_ITSELF}` : ''}`,
});

const BY_ITSELF = 'a worker makes up for it as soon as it answers';

/** With the balancer, where there are several and the others do as declared. */
const whereOf = (each: ServiceDrift): string =>
  each.place === undefined ? serviceKey(each) : `${serviceKey(each)} at ${each.place}`;

function drifted(each: Drifted): readonly Diagnostic[] {
  const { service, environment, version } = each;
  const again =
    each.behind === true
      ? `it was away when that was changed: ${BY_ITSELF}`
      : `deploy what is declared: signalbox deploy ${service} ${version} --environment ${environment}`;
  const say = (level: Diagnostic['level'], what: string, remedy: string): Diagnostic => ({
    level,
    text: `${whereOf(each)}: ${what}; ${remedy}`,
  });
  const out = of(each, 'out_of_rotation');
  const shares = of(each, 'share');
  return [
    // A person's own doing is no fault: it only must not be forgotten.
    ...inTurn(of(each, 'held_out')).map(([targets, declared]) =>
      say(
        'warn',
        `${targets} held out of the router by somebody else, declared: in rotation with ${declared}`,
        'put what is well back in the router: no deployment does',
      ),
    ),
    ...inTurn(out).map(([targets, declared]) =>
      say('bad', `${targets} out of rotation, declared: in rotation with ${declared}`, again),
    ),
    ...(shares.length === 0 ? [] : [say('bad', sharesText(shares), again)]),
  ];
}

const of = <K extends Drift['kind']>({ drifts }: Drifted, kind: K): readonly OfKind<K>[] =>
  drifts.filter((drift): drift is OfKind<K> => drift.kind === kind);

/** Those with the same version together: `web-1, web-2 are` and what is declared for them. */
function inTurn(
  drifts: readonly OfKind<'held_out' | 'out_of_rotation'>[],
): readonly (readonly [string, string])[] {
  const versions = [...new Set(drifts.map(({ version }) => version))];
  return versions.map((version) => {
    const ids = drifts.filter((drift) => drift.version === version).map(({ target }) => target);
    return [`${listed(ids)} ${ids.length === 1 ? 'is' : 'are'}`, version] as const;
  });
}

function sharesText(shares: readonly OfKind<'share'>[]): string {
  const parts = shares.map(
    ({ target, seen, declared }) => `${target} ${rounded(seen)} (declared: ${rounded(declared)})`,
  );
  return `of the traffic the router gives ${listed(parts)}`;
}

/** A tenth of a percent is as near as anybody looks. */
const rounded = (share: number): string => percentText(Math.round(share * 1_000) / 10);
