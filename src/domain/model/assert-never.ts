/** Makes a forgotten union member a compile error; at run time it means that a newer peer wrote the value. */
export function assertNever(value: never): never {
  throw new TypeError(`no case for ${JSON.stringify(value)}`);
}
