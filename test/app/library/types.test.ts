import { describe, expectTypeOf, test } from 'vitest';
import {
  createLibrary,
  createProbe,
  type DeploymentManager,
  type DeploymentOrchestrator,
  type DeploymentResult,
  type HealthProbe,
  HealthChecker,
  type HealthStatus,
  type LibraryOptions,
  type LibraryStatus,
  type PlannedDeployment,
  type PlanOrId,
  type PlanRequest,
  type PlanStatus,
  type StrategyOptions,
  type StrategySpec,
} from '../../../src/app/entries/library.js';

type Orchestrator = DeploymentOrchestrator;
type Manager = DeploymentManager;

/** The compiler is the test: what is said of the types here is checked by `npm run typecheck`. */
describe('the types of the library', () => {
  test('ask for nothing but a driver, and for plain strings', () => {
    expectTypeOf(createLibrary).parameter(0).toEqualTypeOf<LibraryOptions>();
    expectTypeOf<{ driver: () => boolean }>().toExtend<LibraryOptions>();
    expectTypeOf<{ version: string }>().toExtend<PlanRequest>();
    expectTypeOf<{
      version: string;
      service: string;
      environment: string;
      targets: string[];
      strategy: { kind: 'canary'; stages: number[]; wait: string };
      metadata: Record<string, string>;
    }>().toExtend<PlanRequest>();
    expectTypeOf<{
      targets: { id: string; address: string }[];
      version: string;
    }>().toExtend<PlanRequest>();
    expectTypeOf<{ version: number }>().not.toExtend<PlanRequest>();
    expectTypeOf<{
      driver: () => void;
      strategy: { kind: 'steps'; steps: { kind: 'deploy'; targets: string[] }[] };
    }>().toExtend<LibraryOptions>();
  });

  test('take what is read-only', () => {
    const steps = [{ kind: 'deploy', targets: ['a'] }] as const;
    expectTypeOf<{
      version: string;
      strategy: { kind: 'steps'; steps: typeof steps };
    }>().toExtend<PlanRequest>();
    expectTypeOf<StrategySpec>().toExtend<StrategyOptions>();
  });

  test('take every colour of target', () => {
    expectTypeOf<{
      driver: () => void;
      targets: { api: { blue: string[]; green: { id: string; metadata: { rack: string } }[] } };
      switchFn: (version: string) => boolean;
    }>().toExtend<LibraryOptions>();
  });

  test('give what the seed names', () => {
    expectTypeOf<
      Orchestrator['planDeployment']
    >().returns.resolves.toEqualTypeOf<PlannedDeployment>();
    expectTypeOf<Orchestrator['executeDeployment']>().parameter(0).toEqualTypeOf<PlanOrId>();
    expectTypeOf<
      Orchestrator['executeDeployment']
    >().returns.resolves.toEqualTypeOf<DeploymentResult>();
    expectTypeOf<Orchestrator['verifyDeployment']>().returns.resolves.toEqualTypeOf<HealthStatus>();
    expectTypeOf<
      Orchestrator['getDeploymentStatus']
    >().returns.resolves.toEqualTypeOf<LibraryStatus>();
    expectTypeOf<PlannedDeployment>().toExtend<PlanOrId>();
    expectTypeOf<PlannedDeployment['id']>().toEqualTypeOf<string>();
    expectTypeOf<PlannedDeployment['state']>().toEqualTypeOf<PlanStatus>();
    expectTypeOf<Manager['deploy']>().returns.resolves.toEqualTypeOf<DeploymentResult>();
    expectTypeOf<Manager['rollback']>().returns.resolves.toEqualTypeOf<DeploymentResult | null>();
    expectTypeOf<Manager['deploy']>().parameter(1).toEqualTypeOf<string>();
  });

  test('need no ports to check', () => {
    expectTypeOf(HealthChecker).toBeConstructibleWith(createProbe({ kind: 'memory' }));
    expectTypeOf(HealthChecker).toBeConstructibleWith();
    expectTypeOf<{ kind: 'http'; url: string }>().toExtend<Parameters<typeof createProbe>[0]>();
    expectTypeOf(createProbe).returns.toEqualTypeOf<HealthProbe>();
    expectTypeOf<[]>().toExtend<Parameters<HealthChecker['runAll']>>();
    expectTypeOf<[{ service: string; target: string }[]]>().toExtend<
      Parameters<HealthChecker['runAll']>
    >();
  });
});
