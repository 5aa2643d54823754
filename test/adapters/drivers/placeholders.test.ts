import { describe, expect, it } from 'vitest';
import {
  callPlaceholders,
  fill,
  fillArgv,
  subjectPlaceholders,
  templateProblem,
} from '../../../src/adapters/drivers/process/placeholders.js';
import { callVariables, redact } from '../../../src/adapters/drivers/process/driver-environment.js';
import { resolveSecrets } from '../../../src/adapters/net/resolve-secrets.js';
import { driverCall } from './driver-calls.js';

const call = driverCall({
  previousVersion: '0.9.0',
  fence: 7,
  target: { address: 'http://web-1:8081/x', metadata: { zone: 'eu-1', odd: '{version}' } },
});

describe('a template', () => {
  it.each([
    ['{service}/{environment}', 'api/production'],
    ['{previousVersion}->{version}', '0.9.0->1.0.0'],
    ['{deploymentId} {fence} {action}', 'dep_0123456789 7 deploy'],
    ['{target.id}|{target.name}|{target.address}', 'web-1|web 1|http://web-1:8081/x'],
    ['{target.host}:{target.port}', 'web-1:8081'],
    ['--zone={target.metadata.zone}', '--zone=eu-1'],
    ['{{version}} {} {1} {"json":true}', '{version} {} {1} {"json":true}'],
  ])('%s is filled from the call', (template, filled) => {
    expect(fill(template, callPlaceholders(call))).toEqual({ ok: true, value: filled });
  });

  it.each([
    ['{target.host}:{target.port}', '[fd00::1]:8081'],
    ['http://{target.host}/healthz', 'http://[fd00::1]/healthz'],
    ['ssh://deploy@{target.host}', 'ssh://deploy@[fd00::1]'],
    ['deploy@{target.host}:/srv', 'deploy@[fd00::1]:/srv'],
    ['{target.host} {target.port}', 'fd00::1 8081'],
    ['--host={target.host}', '--host=fd00::1'],
  ])(
    '%s of an IPv6 target has brackets where it would not be an address without',
    (template, filled) => {
      const values = callPlaceholders(driverCall({ target: { address: '[fd00::1]:8081' } }));
      expect(fill(template, values)).toEqual({ ok: true, value: filled });
    },
  );

  it('is filled once: a placeholder inside a value stays as it is', () => {
    expect(fill('{target.metadata.odd}', callPlaceholders(call))).toEqual({
      ok: true,
      value: '{version}',
    });
  });

  it.each(['{target.metadata.rack}', '{target.metadata.constructor}', '{toString}'])(
    'with %s is an error that names it',
    (template) => {
      const filled = fill(template, callPlaceholders(call));
      expect(filled).toMatchObject({ ok: false, error: expect.stringContaining(template) });
    },
  );

  it('of a check has no version where none is known, rather than an empty one', () => {
    const { service, environment, target } = call;
    const values = subjectPlaceholders({ service, environment, target, version: null });
    expect(fill('{version}', values)).toMatchObject({ ok: false });
  });

  it('is checked before any call, with what there is to choose from', () => {
    expect(templateProblem('{target.adress}', 'call')).toMatch(
      /^\{target\.adress\}.*\{target\.address\}/,
    );
    expect(templateProblem('{fence}', 'call')).toBeNull();
    expect(templateProblem('{fence}', 'check')).toContain('{fence}');
    expect(templateProblem('{{print}} {target.metadata.any}', 'check')).toBeNull();
  });
});

describe('a command line', () => {
  const hostile = `a b; rm -rf "$HOME" '\n*`;

  it('keeps its elements, whatever is in the values', () => {
    const filled = fillArgv(['deploy', '{target.name}', 'x={target.name}'], () => hostile);
    expect(filled).toEqual({ ok: true, value: ['deploy', hostile, `x=${hostile}`] });
  });

  it('refuses a value that would become an option', () => {
    expect(fillArgv(['deploy', '{target.name}'], () => '--force')).toMatchObject({ ok: false });
    expect(fillArgv(['deploy', '--x={target.name}'], () => '--force')).toMatchObject({ ok: true });
  });

  it.each<[readonly [string, ...string[]]]>([
    [['ssh', 'web-1', 'deploy {version}']],
    [['/usr/bin/ssh', '-o', 'BatchMode=yes', 'web-1', 'deploy', '{version}']],
    [['sh', '-c', 'deploy {version}']],
    [['sudo', 'bash', '-lc', 'deploy {version}']],
    [['docker', 'exec', 'web', 'busybox', 'sh', '-c', 'deploy "{version}"']],
    [['fish', '--command', 'deploy {version}']],
  ])('lets no version become a command where a shell reads %j', (argv) => {
    for (const version of ['1;reboot', '$(reboot)', '`reboot`', '1|sh', "1'", '1&&x', '1>x']) {
      expect(fillArgv(argv, () => version)).toMatchObject({
        ok: false,
        error: expect.stringContaining('{version} would put'),
      });
    }
    for (const version of ['1.4.2', 'größe-✓', 'registry/app@sha256:0f', '版本~2+3=4']) {
      expect(fillArgv(argv, () => version)).toMatchObject({ ok: true });
    }
  });

  it.each<[readonly [string, ...string[]]]>([
    [['./deploy.sh', '{version}']],
    [['sh', '-c', 'deploy "$1"', 'sh', '{version}']],
    [['bash', './deploy.sh', '{version}']],
  ])('has any version as an argument, which no shell reads: %j', (argv) => {
    expect(fillArgv(argv, () => '1;$(reboot)')).toMatchObject({ ok: true });
  });

  it('refuses a NUL and an empty command', () => {
    expect(fillArgv(['deploy', '{target.name}'], () => 'a\0b')).toMatchObject({ ok: false });
    expect(fillArgv(['{target.name}'], () => '')).toMatchObject({ ok: false });
  });
});

describe('the environment of a command', () => {
  it('has the variables of the contract', () => {
    expect(callVariables(call)).toEqual({
      SIGNALBOX_DEPLOYMENT_ID: 'dep_0123456789',
      SIGNALBOX_SERVICE: 'api',
      SIGNALBOX_ENVIRONMENT: 'production',
      SIGNALBOX_VERSION: '1.0.0',
      SIGNALBOX_PREVIOUS_VERSION: '0.9.0',
      SIGNALBOX_TARGET_ID: 'web-1',
      SIGNALBOX_TARGET_ADDRESS: 'http://web-1:8081/x',
      SIGNALBOX_FENCE: '7',
      SIGNALBOX_ACTION: 'deploy',
    });
  });

  it('takes a secret from the worker, and knows it for one', async () => {
    const configured = await resolveSecrets({ A: 'plain', B: 'env:TOKEN' }, { TOKEN: 's3cret' });
    expect(configured).toEqual({
      ok: true,
      value: { values: { A: 'plain', B: 's3cret' }, secrets: ['s3cret', 'czNjcmV0'] },
    });
    expect(redact('token is s3cret!', ['s3cret'])).toBe('token is ***!');
  });

  it('names the variable that the worker lacks', async () => {
    expect(await resolveSecrets({ B: 'env:TOKEN' }, {})).toMatchObject({
      ok: false,
      error: expect.stringContaining('TOKEN'),
    });
  });
});
