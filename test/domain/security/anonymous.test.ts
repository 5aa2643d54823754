import { describe, expect, test } from 'vitest';
import { anonymousIdentity, type Exposure } from '../../../src/domain/security/anonymous.js';

const LOOPBACK: Exposure = {
  loopback: true,
  credentials: false,
  anonymous: null,
  insecure: false,
  writableBoard: false,
};
const OPEN: Exposure = { ...LOOPBACK, loopback: false };
const VIEWER = { name: 'anonymous', roles: ['viewer'] };

describe('somebody without credentials', () => {
  test.each<[string, Exposure, object | null]>([
    ['is the person of the machine on loopback', LOOPBACK, { name: 'local', roles: ['admin'] }],
    ['looks on loopback where credentials exist', { ...LOOPBACK, credentials: true }, VIEWER],
    ['looks on loopback where that was said', { ...LOOPBACK, anonymous: 'viewer' }, VIEWER],
    ['is nobody on loopback where that was said', { ...LOOPBACK, anonymous: 'none' }, null],
    ['is nobody where others reach the server', { ...OPEN, credentials: true }, null],
    [
      'looks where others reach it and that was said',
      { ...OPEN, credentials: true, anonymous: 'viewer' },
      VIEWER,
    ],
    ['looks where the operator insists', { ...OPEN, insecure: true }, VIEWER],
    [
      'looks where the operator insists, beside credentials',
      { ...OPEN, credentials: true, insecure: true },
      VIEWER,
    ],
    [
      'is nobody where the configuration says so',
      { ...OPEN, insecure: true, anonymous: 'none' },
      null,
    ],
    [
      'may not write the board, credentials or not',
      { ...OPEN, credentials: true, anonymous: 'viewer', writableBoard: true },
      VIEWER,
    ],
  ])('%s', (_, exposure, identity) => {
    expect(anonymousIdentity(exposure)).toEqual({ ok: true, value: identity });
  });

  test.each<[string, Exposure, RegExp]>([
    [
      'others could reach it',
      OPEN,
      /^host: others could reach .*signalbox token create.*--insecure-anonymous/,
    ],
    ['others could reach it, even to look', { ...OPEN, anonymous: 'viewer' }, /^host: /],
    [
      'nobody could use the board it opens',
      { ...OPEN, insecure: true, writableBoard: true },
      /^writable-board: /,
    ],
    [
      'nobody could use the board on loopback',
      { ...LOOPBACK, anonymous: 'viewer', writableBoard: true },
      /^writable-board: /,
    ],
  ])('a server is not started where %s', (_, exposure, reason) => {
    const answer = anonymousIdentity(exposure);
    expect(answer.ok ? '' : answer.error).toMatch(reason);
  });
});
