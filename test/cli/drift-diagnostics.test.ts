import { describe, expect, test } from 'vitest';
import { driftDiagnostics } from '../../src/cli/operating/drift-diagnostics.js';
import type { Drift } from '../../src/domain/reconcile/drift.js';
import { err, ok } from '../../src/domain/model/result.js';
import { API, v, web } from '../support/fixtures.js';

const said = (...drifts: readonly Drift[]): readonly string[] =>
  driftDiagnostics(
    ok({ asked: 1, services: [{ ...API, kind: 'drifted', version: v('1.4.2'), drifts }] }),
  ).map(({ level, text }) => `${level}: ${text}`);
const out = (kind: 'held_out' | 'out_of_rotation', n: number, version = '1.4.2'): Drift => ({
  ...{ kind, target: web(n), version: v(version) },
});

test('of a balancer that was away and missed changes it is said that it is made up for', () => {
  const at = { ...API, place: 'lb-2:9999', behind: true } as const;
  const services = [
    { ...at, kind: 'unasked', reason: 'no answer' } as const,
    { ...at, kind: 'drifted', version: v('1.4.2'), drifts: [out('out_of_rotation', 1)] } as const,
  ];
  expect(driftDiagnostics(ok({ asked: 1, services })).map(({ text }) => text)).toEqual([
    'production/api at lb-2:9999: its router cannot be asked from here: no answer; it has missed changes: a worker makes up for it as soon as it answers',
    'production/api at lb-2:9999: web-1 is out of rotation, declared: in rotation with 1.4.2; it was away when that was changed: a worker makes up for it as soon as it answers',
  ]);
});

describe('drift is told with what is declared, what is seen and what to do', () => {
  test('of targets that somebody else holds out, as a warning', () => {
    expect(said(out('held_out', 2))).toEqual([
      'warn: production/api: web-2 is held out of the router by somebody else, declared: in rotation with 1.4.2; put what is well back in the router: no deployment does',
    ]);
  });

  test('of targets that are out of rotation, those of one version together', () => {
    const drifts = [1, 2, 3, 4].map((n) => out('out_of_rotation', n));

    expect(said(...drifts, out('out_of_rotation', 5, '1.4.1'))).toEqual([
      'bad: production/api: web-1, web-2, web-3 and 1 more are out of rotation, declared: in rotation with 1.4.2; deploy what is declared: signalbox deploy api 1.4.2 --environment production',
      expect.stringContaining('web-5 is out of rotation, declared: in rotation with 1.4.1;'),
    ]);
  });

  test('of shares', () => {
    expect(
      said(
        { kind: 'share', target: web(1), declared: 1 / 3, seen: 0.9 },
        { kind: 'share', target: web(2), declared: 2 / 3, seen: 0.1 },
      ),
    ).toEqual([
      'bad: production/api: of the traffic the router gives web-1 90% (declared: 33.3%), web-2 10% (declared: 66.7%); deploy what is declared: signalbox deploy api 1.4.2 --environment production',
    ]);
  });

  test('of one of several balancers, with its name', () => {
    const drifts = [out('held_out', 2)];
    const services = [
      { ...API, kind: 'drifted', version: v('1.4.2'), drifts, place: 'lb-2:9999' },
      { ...API, kind: 'unasked', reason: 'no answer', place: 'lb-1:9999' },
    ] as const;

    expect(driftDiagnostics(ok({ asked: 1, services })).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^production\/api at lb-2:9999: web-2 is held out/),
      'production/api at lb-1:9999: its router cannot be asked from here: no answer',
    ]);
  });

  test('and where nobody could be asked, why not', () => {
    const services = [{ ...API, kind: 'unasked', reason: 'no answer' }] as const;

    expect(driftDiagnostics(ok({ asked: 1, services }))).toEqual([
      { level: 'warn', text: 'production/api: its router cannot be asked from here: no answer' },
    ]);
    expect(driftDiagnostics(err('a.yaml is not usable'))).toEqual([
      { level: 'warn', text: 'no router was asked: a.yaml is not usable' },
    ]);
    expect(driftDiagnostics(ok(null))).toEqual([]);
  });
});
