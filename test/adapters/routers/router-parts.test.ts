import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseLoad,
  parseServers,
  refusal,
  setState,
  setWeight,
  showLoad,
  showServers,
} from '../../../src/adapters/routers/haproxy/haproxy-commands.js';
import {
  nginxSentence,
  parseUpstream,
  renderUpstream,
  type UpstreamServer,
} from '../../../src/adapters/routers/nginx/nginx-upstream.js';
import { createRouter } from '../../../src/adapters/routers/router-registry.js';
import {
  largestDeviation,
  sharesOf,
  weightsFor,
} from '../../../src/adapters/routers/base/share-weights.js';
import { RouterSchema } from '../../../src/contracts/config/router.schema.js';
import { environmentName, serviceName, targetId } from '../../../src/domain/model/ids.js';

const web1 = { backend: 'be_api', server: 'web-1' };

describe("HAProxy's commands", () => {
  it('are lines of text', () => {
    expect([
      showServers('be_api'),
      showLoad('be_api'),
      setWeight(web1, 28),
      setState(web1, 'drain'),
      setState(web1, 'ready'),
    ]).toEqual([
      'show servers state be_api',
      'show stat be_api 4 -1',
      'set server be_api/web-1 weight 28',
      'set server be_api/web-1 state drain',
      'set server be_api/web-1 state ready',
    ]);
  });

  it('are done when nothing is answered', () => {
    expect(refusal('\n')).toBeNull();
    expect(refusal('No such server.\n\n')).toBe('No such server.');
  });
});

const SERVERS_HEADER =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight';

describe("HAProxy's tables", () => {
  const FREE = { drained: false, forcedMaintenance: false, otherMaintenance: false };
  const DRAINED = { ...FREE, drained: true };
  const FORCED = { ...FREE, forcedMaintenance: true };
  const OTHER = { ...FREE, otherMaintenance: true };
  const UP = { up: true, receiving: true };
  const DOWN = { up: false, receiving: false };

  it.each([
    ['2 0', { ...UP, admin: FREE, outOfService: false }],
    ['0 0', { ...DOWN, admin: FREE, outOfService: false }],
    ['1 0', { up: false, receiving: true, admin: FREE, outOfService: false }],
    ['3 0', { ...DOWN, admin: FREE, outOfService: false }],
    ['2 8', { ...UP, admin: DRAINED, outOfService: true }],
    ['2 16', { ...UP, admin: DRAINED, outOfService: true }],
    ['0 1', { ...DOWN, admin: FORCED, outOfService: true }],
    ['0 2', { ...DOWN, admin: OTHER, outOfService: true }],
    ['0 5', { ...DOWN, admin: FORCED, outOfService: true }],
    ['0 32', { ...DOWN, admin: OTHER, outOfService: true }],
    ['0 40', { ...DOWN, admin: { ...DRAINED, otherMaintenance: true }, outOfService: true }],
    ['0 64', { ...DOWN, admin: OTHER, outOfService: true }],
    ['2 4', { ...UP, admin: FREE, outOfService: false }],
    ['2 12', { ...UP, admin: DRAINED, outOfService: true }],
  ])('show a server with the states %s', (states, seen) => {
    const answer = `1\n${SERVERS_HEADER}\n3 be_api 1 web-1 10.0.0.1 ${states} 28 1\n\n`;
    expect(parseServers(answer)).toEqual({
      ok: true,
      value: [{ server: 'web-1', weight: 28, initialWeight: 1, ...seen }],
    });
  });

  it('say what a server began with, which is what it can carry, where HAProxy tells it', () => {
    const row = '3 be_api 1 web-1 10.0.0.1 2 0 28';
    const found = parseServers(`1\n${SERVERS_HEADER}\n${row} 200\n\n`);
    const old = parseServers(`1\n${SERVERS_HEADER.replace(/ \S+$/, '')}\n${row}\n\n`);
    expect(found).toMatchObject({ value: [{ initialWeight: 200 }] });
    expect(old).toMatchObject({ value: [{ initialWeight: 28 }] });
  });

  it('are read by the names of their columns, quoted texts with commas included', () => {
    const answer = [
      '# pxname,svname,qcur,scur,last_chk,status,bck,check_status,',
      'be_api,web-1,2,3,"a, ""b""",UP,0,L7OK,',
      'be_api,spare,,0,,no check,1,,',
      '',
      '',
    ].join('\n');
    const counts = { given: 0, counts: 'requests' };
    expect(parseLoad(answer)).toEqual({
      ok: true,
      value: [
        { server: 'web-1', sessions: 5, ...counts, backup: false, status: 'UP, L7OK' },
        { server: 'spare', sessions: 0, ...counts, backup: true, status: 'no check' },
      ],
    });
  });

  it('are refused when they are none, with what was answered instead', () => {
    expect(parseServers("Can't find backend.\n\n")).toEqual({
      ok: false,
      error: "Can't find backend.",
    });
    expect(parseLoad('No such proxy.\n\n')).toEqual({ ok: false, error: 'No such proxy.' });
    expect(parseServers('')).toEqual({ ok: false, error: 'an empty answer' });
    expect(parseLoad('')).toEqual({ ok: false, error: 'an empty answer' });
    expect(parseServers(`1\n${SERVERS_HEADER}\n3 be_api 1 web-1\n\n`).ok).toBe(false);
    expect(parseLoad('# pxname,svname,scur\nbe_api,web-1,x\n\n').ok).toBe(false);
  });
});

describe('weights', () => {
  const HAPROXY = { first: 256, last: 128 };
  const NGINX = { first: 1, last: 1_000 };

  it.each<[readonly number[], readonly number[], readonly number[]]>([
    [
      [0.1, 0.9],
      [28, 252],
      [1, 9],
    ],
    [
      [0.5, 0.5],
      [256, 256],
      [1, 1],
    ],
    [
      [1, 0],
      [256, 0],
      [1, 0],
    ],
    [
      [0.25, 0.25, 0.5],
      [128, 128, 256],
      [1, 1, 2],
    ],
    [
      [1 / 3, 1 / 3, 1 / 3],
      [256, 256, 256],
      [1, 1, 1],
    ],
    [
      [0.0001, 0.9999],
      [1, 256],
      [1, 1_000],
    ],
  ])('of %j are exact where whole numbers can be', (shares, haproxy, nginx) => {
    expect(weightsFor(shares, HAPROXY)).toEqual(haproxy);
    expect(weightsFor(shares, NGINX)).toEqual(nginx);
  });

  it('stay in range, keep every share above 0, and are off by half a weight a target at most', () => {
    const parts = fc
      .array(fc.nat(1_000), { minLength: 1, maxLength: 40 })
      .filter((all) => Math.max(...all) > 0);
    fc.assert(
      fc.property(parts, (all) => {
        const shares = sharesOf(all);
        const weights = weightsFor(shares, HAPROXY);
        expect(weights.every((weight) => weight >= 0 && weight <= 256)).toBe(true);
        expect(Math.max(...weights)).toBeGreaterThanOrEqual(128);
        expect(weights.map((weight) => weight > 0)).toEqual(shares.map((share) => share > 0));
        // One that is smaller than the smallest weight is raised to it, which is more than rounding.
        const smallest = Math.min(...all.filter((part) => part > 0)) / Math.max(...all);
        if (smallest < 1 / 256) return;
        expect(largestDeviation(shares, weights)).toBeLessThanOrEqual((0.5 * all.length) / 256);
      }),
      { numRuns: 500 },
    );
  });

  it('are nothing at all where nobody gets anything', () => {
    expect(sharesOf([0, 0])).toEqual([0, 0]);
  });
});

describe("nginx's upstream file", () => {
  const targets = ['web-1', 'web-2', 'web-3'].map((id) => ({
    ...{ id: targetId(id), name: id, address: `${id}:80`, metadata: {} },
  }));
  const ref = { service: serviceName('api'), environment: environmentName('production') };
  const parse = (content: string) => parseUpstream(ref, 'api', content);
  const render = (servers: readonly UpstreamServer[]): string => {
    const content = renderUpstream(ref, { name: 'api', directives: [], servers }, targets);
    return content.ok ? content.value : content.error;
  };

  it('is read as it was written', () => {
    const server = fc.record({ weight: fc.nat(3), drained: fc.boolean(), heldOut: fc.boolean() });
    fc.assert(
      fc.property(fc.tuple(server, server, server), (all) => {
        const servers = all.map((one, at) => ({ target: `web-${at + 1}`, ...one }));
        expect(parse(render(servers))).toEqual({ ok: true, value: servers });
      }),
    );
  });

  it.each([
    ['weight=5', { weight: 5, drained: false, heldOut: false }],
    ['down weight=5', { weight: 5, drained: false, heldOut: true }],
    ['weight=5 max_fails=0 down', { weight: 5, drained: false, heldOut: true }],
    ['weight=5 slow_start=30s', { weight: 5, drained: false, heldOut: false }],
    ['down', { weight: 0, drained: false, heldOut: false }],
    ['', { weight: 1, drained: false, heldOut: false }],
  ])('is read as nginx does where a person left it with "%s"', (parameters, expected) => {
    const server = { target: 'web-1', weight: 7, drained: false, heldOut: false };
    const edited = render([server]).replace('weight=7', parameters);
    expect(parse(edited)).toEqual({ ok: true, value: [{ target: 'web-1', ...expected }] });
  });
});

describe('what nginx says', () => {
  it('is cut down to the sentence', () => {
    const where = 'in /etc/nginx/x.conf:5';
    for (const start of ['nginx: [emerg] ', '2026/11/24 15:44:33 [emerg] 10033#10033: ']) {
      const output = `nginx: [warn] the "user" directive\n${start}invalid parameter "weight=0" ${where}\nnginx: test failed`;
      expect(nginxSentence(output)).toBe(`invalid parameter "weight=0" ${where}`);
    }
    expect(nginxSentence('sudo: a password is required\n')).toBe('sudo: a password is required');
  });
});

describe('a router of a configuration', () => {
  it('is none where none is asked for', () => {
    expect(createRouter(RouterSchema.parse({ kind: 'none' }))).toBeNull();
  });

  it.each([
    [{ kind: 'haproxy', socket: '/run/h.sock', backend: 'be_{version}' }, '{version}'],
    [{ kind: 'haproxy', socket: '/run/h.sock', server: '{version}' }, '{version}'],
    [{ kind: 'haproxy', socket: '/run/h.sock', server: '{nonsense}' }, '{nonsense}'],
    [{ kind: 'nginx', upstreamFile: '/etc/nginx/{target.id}.conf' }, '{target.id}'],
  ])('is refused for a placeholder that has no value there: %j', (spec, name) => {
    expect(() => createRouter(RouterSchema.parse(spec))).toThrow(name);
  });
});
