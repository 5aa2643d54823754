import { describe, expect, test } from 'vitest';
import {
  anonymousAccess,
  anonymousIdentity,
  type Exposure,
} from '../../../src/domain/security/anonymous.js';

const LOOPBACK: Exposure = {
  loopback: true,
  credentials: 'none',
  anonymous: null,
  insecure: false,
  writableBoard: false,
};
const OPEN: Exposure = { ...LOOPBACK, loopback: false };
const VIEWER = { name: 'anonymous', roles: ['viewer'] };

describe('somebody without credentials', () => {
  test.each<[string, Exposure, object | null]>([
    ['is the person of the machine on loopback', LOOPBACK, { name: 'local', roles: ['admin'] }],
    [
      'is nobody on loopback where credentials exist',
      { ...LOOPBACK, credentials: 'sign_in' },
      null,
    ],
    [
      'is nobody on loopback where publishers have keys',
      { ...LOOPBACK, credentials: 'no_sign_in' },
      null,
    ],
    [
      'looks on loopback beside credentials where that was said',
      { ...LOOPBACK, credentials: 'sign_in', anonymous: 'viewer' },
      VIEWER,
    ],
    ['looks on loopback where that was said', { ...LOOPBACK, anonymous: 'viewer' }, VIEWER],
    ['is nobody on loopback where that was said', { ...LOOPBACK, anonymous: 'none' }, null],
    ['is nobody where others reach the server', { ...OPEN, credentials: 'sign_in' }, null],
    [
      'looks where others reach it and that was said',
      { ...OPEN, credentials: 'sign_in', anonymous: 'viewer' },
      VIEWER,
    ],
    ['looks where the operator insists', { ...OPEN, insecure: true }, VIEWER],
    [
      'looks where the operator insists and the configuration agrees',
      { ...OPEN, credentials: 'sign_in', insecure: true, anonymous: 'viewer' },
      VIEWER,
    ],
    [
      'is nobody where the configuration says so',
      { ...OPEN, insecure: true, anonymous: 'none' },
      null,
    ],
    [
      'may not write the board, credentials or not',
      { ...OPEN, credentials: 'sign_in', anonymous: 'viewer', writableBoard: true },
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
    [
      'others could reach it and only publishers have keys',
      { ...OPEN, credentials: 'no_sign_in' },
      /^host: /,
    ],
    [
      'the command line would open what has credentials',
      { ...OPEN, credentials: 'sign_in', insecure: true },
      /^insecure-anonymous: .*security\.anonymous: viewer/,
    ],
    [
      'the command line would open what is closed by name',
      { ...LOOPBACK, credentials: 'sign_in', insecure: true, anonymous: 'none' },
      /^insecure-anonymous: /,
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

describe('what a start says of them', () => {
  test.each<[Exposure, string]>([
    [
      LOOPBACK,
      'Everybody on this machine may look, and with --writable-board change queues and jobs: no credentials are configured.',
    ],
    [
      { ...LOOPBACK, writableBoard: true },
      'Everybody on this machine may look and change queues and jobs: no credentials are configured.',
    ],
    [
      { ...LOOPBACK, credentials: 'sign_in', anonymous: 'viewer' },
      'Everybody on this machine may look: `security.anonymous` is `viewer`.',
    ],
    [
      { ...OPEN, insecure: true },
      'Everybody who reaches this server may look: no credentials are configured.',
    ],
    [
      { ...LOOPBACK, credentials: 'sign_in' },
      'Nobody may look without a token: sign in at /login.',
    ],
    [
      { ...LOOPBACK, credentials: 'no_sign_in' },
      'Nobody may look, and nobody can sign in: add a token to `security.tokens`, or set `security.anonymous: viewer`.',
    ],
  ])('%#', (exposure, sentence) => {
    const anonymous = anonymousIdentity(exposure);
    expect(anonymous.ok && anonymousAccess(anonymous.value, exposure)).toBe(sentence);
  });
});
