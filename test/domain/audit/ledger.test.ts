import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/domain/audit/findings/finding.js';
import { LedgerBook } from '../../../src/domain/audit/ledger/ledger-book.js';
import { parseLedgerLine } from '../../../src/domain/audit/ledger/ledger-entry.js';
import { deploymentId } from '../../../src/domain/model/ids.js';
import { web } from '../../support/fixtures.js';

const A = deploymentId('dep_aaaaaaaaaaaa');
const B = deploymentId('dep_bbbbbbbbbbbb');

export const aLine = (fields: object = {}): string =>
  JSON.stringify({
    ...{ phase: 'begin', action: 'deploy', environment: 'production', service: 'api' },
    ...{ target: 'web-1', version: '1.0.0', deploymentId: A, fence: 1 },
    ...fields,
  });

/** A book of these lines, and what it found on the way. */
function bookOf(...lines: readonly object[]) {
  const book = new LedgerBook();
  const findings: Finding[] = [];
  for (const fields of lines) {
    const entry = parseLedgerLine(aLine(fields));
    if (!entry.ok) throw new Error(entry.error);
    book.take(entry.value, (finding) => findings.push(finding));
  }
  return { book, findings: findings.map(({ invariant, message }) => `${invariant}: ${message}`) };
}

const end = { phase: 'end' };

describe('a line of a ledger', () => {
  test('is read with the fields that count; others are left alone', () => {
    expect(parseLedgerLine(aLine({ at: '2026-11-24T10:00:00Z', version: null }))).toMatchObject({
      ok: true,
      value: { service: 'production/api', target: 'web-1', version: null, done: true },
    });
    expect(parseLedgerLine(aLine({ ...end, done: false }))).toMatchObject({
      ok: true,
      value: { done: false },
    });
  });

  test.each([
    ['nonsense', 'expected a JSON object'],
    ['null', 'expected a JSON object'],
    ['7', 'expected a JSON object'],
    [aLine({ phase: 'middle' }), 'phase: expected begin or end'],
    [aLine({ action: 'dance' }), 'action: expected deploy or rollback'],
    [aLine({ environment: 'Production!' }), 'environment: expected the name of an environment'],
    [aLine({ service: 7 }), 'service: expected the name of a service'],
    [aLine({ target: 'a b' }), 'target: expected the id of a target'],
    [aLine({ version: '' }), 'version: expected a version or null'],
    [aLine({ deploymentId: 'x' }), 'deploymentId: expected the id of a deployment'],
    [aLine({ fence: '1' }), 'fence: expected a whole number'],
    [aLine({ done: 'yes' }), 'done: expected true or false'],
  ])('%s is refused by the field: %s', (line, error) => {
    expect(parseLedgerLine(line)).toEqual({ ok: false, error });
  });
});

describe('a book of the ledger', () => {
  test('counts calls, and knows what each target was left with', () => {
    const { book, findings } = bookOf(
      {},
      end,
      { target: 'web-2' },
      { action: 'rollback', fence: 2 },
    );

    expect(findings).toEqual([]);
    expect(book.lines).toBe(4);
    expect(book.calls(A)).toEqual([
      { action: 'deploy', target: 'web-1', fence: 1, begun: 1, done: 1 },
      { action: 'deploy', target: 'web-2', fence: 1, begun: 1, done: 0 },
      { action: 'rollback', target: 'web-1', fence: 2, begun: 1, done: 0 },
    ]);
    expect(book.calls(B)).toEqual([]);
    // A call that broke off may have left anything.
    expect(book.versionOn('production/api', web(1))).toBeUndefined();
    expect(book.versionOn('production/web', web(1))).toBeUndefined();
    expect(bookOf({}, end).book.versionOn('production/api', web(1))).toBe('1.0.0');
    expect(
      bookOf({}, { ...end, done: false }).book.versionOn('production/api', web(1)),
    ).toBeUndefined();
  });

  test('covers a target from the first fence that it tells of', () => {
    const { book } = bookOf({ fence: 5 });

    expect(book.covers('production/api', web(1), 5)).toBe(true);
    expect(book.covers('production/api', web(1), 4)).toBe(false);
    expect(book.covers('production/api', web(2), 5)).toBe(false);
    expect(book.covers('production/web', web(1), 5)).toBe(false);
  });

  test('finds an old fence that acts on a target after a newer one', () => {
    expect(bookOf({ fence: 2 }, { fence: 1 }).findings).toEqual([
      'ledger_fence: web-1 let fence 1 begin after 2',
    ]);
    const { book, findings } = bookOf(
      { fence: 1 },
      { fence: 2 },
      { ...end, fence: 2 },
      { ...end, fence: 1, version: '9' },
    );
    expect(findings).toEqual(['ledger_fence: web-1 let fence 1 end its work after 2']);
    expect(book.versionOn('production/api', web(1))).toBe('1.0.0');
  });

  test('finds an old fence that acts after one of another deployment of the service', () => {
    const { findings } = bookOf(
      { fence: 2, deploymentId: B },
      { ...end, fence: 2, deploymentId: B },
      { target: 'web-2', fence: 1 },
    );

    expect(findings).toEqual([`ledger_fence: web-2 let fence 1 begin after 2 of ${B}`]);
    // Of one deployment, an older call elsewhere may still be on its way to its end.
    expect(
      bookOf({ fence: 1 }, { target: 'web-2', fence: 2 }, { ...end, fence: 1 }).findings,
    ).toEqual([]);
  });

  test('finds calls of two deployments that crossed, once the first has ended', () => {
    const other = { target: 'web-2', deploymentId: B, fence: 1 };

    expect(bookOf({}, other).findings).toEqual([]);
    expect(bookOf({}, other, { ...other, ...end }).findings).toEqual([]);
    expect(bookOf({}, other, end).findings).toEqual([
      `ledger_overlap: its call on web-1 ended after one of ${B} had begun`,
    ]);
    expect(bookOf(end).findings).toEqual([]);
  });
});
