import { OpenFeature } from '@openfeature/server-sdk';
import { afterAll, describe, expect, test } from 'vitest';
import {
  anApplication,
  FLAG,
  reaches,
  sees,
  USERS,
  usersOn,
} from '../adapters/flags/an-application.js';
import { binomialInterval } from '../adapters/flags/binomial.js';

afterAll(() => OpenFeature.close());

describe('a flag that is widened', () => {
  test('to 1, 10 and 100 % is seen by that share of the users, and whoever sees it goes on seeing it', async () => {
    const { set, client } = await anApplication();
    await set(1);
    await reaches(client, 1);
    const few = await usersOn(client);
    await set(10);
    await reaches(client, 10);
    const more = await usersOn(client);
    await set(100);
    await reaches(client, 100);
    const all = await usersOn(client);

    const [least1, most1] = binomialInterval(USERS.length, 0.01, 0.001);
    const [least10, most10] = binomialInterval(USERS.length, 0.1, 0.001);
    expect(few.size).toBeGreaterThanOrEqual(least1);
    expect(few.size).toBeLessThanOrEqual(most1);
    expect(more.size).toBeGreaterThanOrEqual(least10);
    expect(more.size).toBeLessThanOrEqual(most10);
    expect([...few].filter((user) => !more.has(user))).toEqual([]);
    expect(all.size).toBe(USERS.length);

    await set(10);
    await reaches(client, 10);
    expect(await usersOn(client)).toEqual(more);
    await set(0);
    await reaches(client, 0);
    expect((await usersOn(client)).size).toBe(0);
  });

  test('is news, once for each change, that names the flag', async () => {
    const { set, client, heard } = await anApplication();
    await set(1);
    await reaches(client, 1);
    await set(1);
    await set(null);
    await reaches(client, undefined);

    const changed = `PROVIDER_CONFIGURATION_CHANGED ${FLAG}`;
    expect(heard).toEqual([changed, changed]);
  });

  test('in one environment is not seen in another', async () => {
    const { set, client } = await anApplication({ options: { environment: 'staging' } });
    await set(100);

    expect(await sees(client)).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
  });
});

describe('the details of an evaluation', () => {
  test('say why, which variant, and whose doing it was', async () => {
    const { set, client } = await anApplication();
    await set(50);
    await reaches(client, 50);

    const details = await Promise.all(USERS.slice(0, 20).map((user) => sees(client, user)));
    expect(new Set(details.map(({ variant, value }) => `${variant} ${value}`))).toEqual(
      new Set(['on true', 'off false']),
    );
    expect(details[0]).toMatchObject({
      reason: 'SPLIT',
      flagMetadata: { percent: 50, version: '2.0.0', service: 'api', environment: 'production' },
    });
    expect(await sees(client)).toMatchObject({ value: false, variant: 'off', reason: 'DEFAULT' });
    await set(100);
    await reaches(client, 100);
    expect(await sees(client)).toMatchObject({ value: true, variant: 'on', reason: 'STATIC' });
  });

  test('give the version to whoever is on, and the default to the others', async () => {
    const { set, client } = await anApplication();
    await set(0);
    await reaches(client, 0);
    expect(await client.getStringValue(FLAG, '1.0.0', { targetingKey: 'a' })).toBe('1.0.0');
    await set(100);
    await reaches(client, 100);
    expect(await client.getStringValue(FLAG, '1.0.0', { targetingKey: 'a' })).toBe('2.0.0');
  });

  test('are an error and the default for what a flag can not be', async () => {
    const { set, client, redis, keys } = await anApplication();
    await redis.hset(keys.records, 'broken', '{');
    await set(100);
    await reaches(client, 100);

    expect(await client.getNumberDetails(FLAG, 7)).toMatchObject({
      ...{ value: 7, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' },
      errorMessage: expect.stringContaining('never a number'),
    });
    expect(await client.getObjectDetails(FLAG, { a: 1 })).toMatchObject({
      ...{ value: { a: 1 }, errorCode: 'TYPE_MISMATCH' },
    });
    expect(await client.getBooleanDetails('nosuch', true)).toMatchObject({
      ...{ value: true, errorCode: 'FLAG_NOT_FOUND' },
      errorMessage: 'there is no flag nosuch',
    });
    expect(await client.getNumberDetails('nosuch', 7)).toMatchObject({
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await client.getBooleanDetails('broken', true)).toMatchObject({
      ...{ value: true, errorCode: 'PARSE_ERROR' },
    });
  });
});
